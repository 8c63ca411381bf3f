import { isValues, type Values } from "./merge.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Config } from "./schema.ts";
import type { Source } from "./source.ts";

/** Keys of wrangler whose entries name something that holds data, and the field that does. */
const DATA_KEYS: Readonly<Record<string, string>> = {
	d1_databases: "database_id",
	r2_buckets: "bucket_name",
	kv_namespaces: "id",
	vectorize: "index_name",
	hyperdrive: "id",
	"queues.producers": "queue",
};

/**
 * Finds what an environment has from the top level but hardly should: bindings
 * to the same data, and no address of its own.
 *
 * @param source as it is in the environment
 */
export function environmentLint(
	top: Config,
	environment: Config,
	source: Source,
): ConfigProblem[] {
	return [
		...sharedData(top, environment, source),
		...noAddress(top, environment, source),
	];
}

function* sharedData(
	top: Config,
	environment: Config,
	source: Source,
): Generator<ConfigProblem> {
	for (const [key, field] of Object.entries(DATA_KEYS)) {
		const used = new Set(entriesOf(top, key).map((entry) => entry[field]));
		const shared = entriesOf(environment, key).filter(
			(entry) => entry[field] !== undefined && used.has(entry[field]),
		);
		if (shared.length === 0) continue;
		const names = shared.map(({ binding }) => `\`${binding}\``).join(", ");
		yield {
			code: "shared-data",
			what: `${names} of \`wrangler.${key}\` ${shared.length > 1 ? "lead" : "leads"} to the same data as at the top level`,
			why: "what is tried in one of the two changes what the other relies on",
			fix: "give the environment its own under its `wrangler`, or an empty list",
			where: source.placeOfValue(
				source.locate(["wrangler", ...key.split(".")]),
			),
		};
	}
}

/** Lists the maps in a list under `wrangler`. */
function entriesOf({ wrangler }: Config, key: string): Values[] {
	const list = key
		.split(".")
		.reduce<unknown>(
			(inner, step) => (isValues(inner) ? inner[step] : undefined),
			wrangler,
		);
	return Array.isArray(list) ? list.filter(isValues) : [];
}

function* noAddress(
	top: Config,
	{ wrangler }: Config,
	source: Source,
): Generator<ConfigProblem> {
	const routed = (routes: unknown) =>
		Array.isArray(routes) && routes.length > 0;
	if (wrangler.workers_dev !== false || routed(wrangler.routes)) return;
	if (!routed(top.wrangler.routes)) return;
	yield {
		code: "no-address",
		what: "the Worker has no address: `wrangler.workers_dev` is false, and `routes` are not inherited",
		fix: "write `routes`, or `workers_dev: true`, under its `wrangler`",
		where: source.placeOfValue(source.locate(["wrangler", "workers_dev"])),
	};
}
