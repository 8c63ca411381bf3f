import type { Place } from "../errors.ts";
import { batchesAt } from "../planner/headroom.ts";
import {
	GLOBAL_WRITES_PER_SECOND,
	SHARD_REQUESTS_PER_SECOND,
} from "../planner/limits.ts";
import { CLOUDFLARE } from "../planner/load.ts";
import { fewerFlushes } from "../planner/shortfall.ts";
import { formatDuration } from "./duration.ts";
import { kvFreeTier } from "./free-plan.ts";
import { anchored, endsOf, isSlow } from "./patterns.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Config, Namespace } from "./schema.ts";
import type { Source } from "./source.ts";

/** Finds what is legal in a configuration but hardly meant; in no order. */
export async function lint(
	config: Config,
	source: Source,
): Promise<ConfigProblem[]> {
	const found = config.namespaces.map(async (namespace) => [
		...globalOverload(namespace, source),
		...kvFreeTier(namespace, config, (path) => placeOf(source, path)),
		...neverFlushed(namespace, source),
		...unanchoredNames(namespace, source),
		...(await slowNames(namespace, source)),
		...botsWithoutGet(namespace, source),
		...openAdmin(namespace, (path) => placeOf(source, path)),
	]);
	return (await Promise.all(found)).flat();
}

/** Warns of a namespace that whoever finds its address may reset. */
export function* openAdmin(
	{ key, access }: Namespace,
	placeOf: (path: readonly string[]) => Place,
): Generator<ConfigProblem> {
	if (access.admin !== "none") return;
	yield {
		code: "open-admin",
		what: `whoever finds the address of \`${key}\` may reset its counters: \`access.admin\` is none`,
		why: "the routes under /global and /shard, and reads from the global object, then ask for no token",
		fix: "write `admin: token`, unless something in front of the Worker keeps others out",
		where: placeOf(["namespaces", key, "access", "admin"]),
	};
}

/** Warns of a namespace whose shards, all busy, flush more than its global can take. */
function* globalOverload(
	namespace: Namespace,
	source: Source,
): Generator<ConfigProblem> {
	const { key, shardCount } = namespace;
	const requests = shardCount * SHARD_REQUESTS_PER_SECOND;
	const batches = batchesAt(namespace, requests, CLOUDFLARE);
	if (batches <= GLOBAL_WRITES_PER_SECOND) return;

	const enough = fewerFlushes(namespace, requests);
	const fixes = Object.entries(enough).map(
		([name, value]) =>
			`\`${name}\` to at least ${name === "shardWriteToGlobalAfter" ? formatDuration(value) : count(value)}`,
	);
	const shards = Math.floor(GLOBAL_WRITES_PER_SECOND / (batches / shardCount));
	const orFewer =
		shards > 0 ? `, or \`shardCount\` to at most ${count(shards)}` : "";
	const path = (name: string) => ["namespaces", key, name];
	const decisive = path(
		enough.shardMinRequestToGlobal === undefined
			? "shardWriteToGlobalAfter"
			: "shardMinRequestToGlobal",
	);
	const written = !source.locate(decisive).ancestor;
	yield {
		code: "global-overload",
		what: `if every shard of \`${key}\` is at its limit of ${count(SHARD_REQUESTS_PER_SECOND)} requests a second, its global object has to take ${count(Math.round(batches))} writes a second`,
		why: `one object is good for some ${GLOBAL_WRITES_PER_SECOND}; past that, shards hold counts back and totals lag`,
		fix: `set ${fixes.join(" and ")}${orFewer}`,
		where: placeOf(source, written ? decisive : path("shardCount")),
	};
}

/** Warns of a timer of 0, which reads like "at once", beside a threshold that waits. */
function* neverFlushed(
	namespace: Namespace,
	source: Source,
): Generator<ConfigProblem> {
	for (const [timer, threshold, wait, way, shortest] of [
		[
			"shardWriteToGlobalAfter",
			"shardMinRequestToGlobal",
			"requests wait in each shard",
			"`/shard/:n/write`",
			"10ms",
		],
		[
			"globalWriteToKVAfter",
			"globalMinWritesToKV",
			"shard writes wait to be published",
			"`write()` of the global stub",
			"1s",
		],
	] as const) {
		const wanted = namespace[threshold];
		if (namespace[timer] !== 0 || wanted === 1) continue;
		yield {
			code: "never-flushed",
			what: `\`${timer}\` of 0 is never, not at once: ${wait} until there are ${count(wanted)}`,
			why: `without further traffic, only a call of ${way} moves them on`,
			fix: `set a duration: 5s is the default, ${shortest} the shortest`,
			where: placeOf(source, ["namespaces", namespace.key, timer]),
		};
	}
}

/** Warns of an expression that a name needs only to contain. */
function* unanchoredNames(
	{ key, names }: Namespace,
	source: Source,
): Generator<ConfigProblem> {
	if (typeof names !== "string") return;
	const { start, end } = endsOf(names);
	if (start && end) return;
	const side = start ? "after" : end ? "before" : "around";
	const path = ["namespaces", key, "names"];
	const { value } = source.locate(path);
	// A variable's value stays secret, and nobody would paste a very long one.
	const filled = value && source.filled.has(value);
	const better =
		filled || !/^\P{C}{1,200}$/u.test(names)
			? "^(?:…)$"
			: anchored(names).replaceAll("'", "''");
	yield {
		code: "unanchored-names",
		what: `\`names\` lets any text through ${side} a match`,
		why: "whatever callers make up then counts, and takes up a place of `maxCounters`",
		fix: `write '${better}', with .* where any text is meant`,
		where: placeOf(source, path),
	};
}

/** Warns of an expression that a caller's name can keep busy. */
async function slowNames(
	{ key, names }: Namespace,
	source: Source,
): Promise<ConfigProblem[]> {
	if (typeof names !== "string" || !(await isSlow(names))) return [];
	return [
		{
			code: "slow-names",
			what: "`names` can take very long to refuse a name",
			why: "it tries every way to match before it gives up; whoever may count chooses the text, and you pay for the time",
			fix: "let each character be matched in one way only, as in '^[a-z]+(-[a-z]+)*$' for '^([a-z]+-?)*$'; or list the names",
			where: placeOf(source, ["namespaces", key, "names"]),
		},
	];
}

/** Warns of bots that are ignored where they could not count anyway. */
function* botsWithoutGet(
	{ key, bots, methods }: Namespace,
	source: Source,
): Generator<ConfigProblem> {
	if (bots !== "ignore" || methods.includes("GET")) return;
	yield {
		code: "bots-without-get",
		what: "`bots: ignore` changes nothing where GET does not count",
		why: "only a GET is looked at: a program that sends POST means to count",
		fix: "leave `bots` away, or write `methods: [GET, POST]`",
		where: placeOf(source, ["namespaces", key, "bots"]),
	};
}

function placeOf(source: Source, path: readonly string[]) {
	return source.placeOfValue(source.locate(path));
}

function count(number: number): string {
	return number.toLocaleString("en");
}
