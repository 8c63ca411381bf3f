import type { Context } from "hono";
import { kvReader } from "../kv/reader.ts";
import { namesInQuery } from "../names-in-query.ts";
import { cursorOf, partOf } from "../paging.ts";
import { CounterProblem, invalid } from "../problem.ts";
import { toRecord } from "../protocol.ts";
import { checkPastName, mayBeCounted } from "../settings.ts";
import { answer } from "./answer.ts";
import type { Page, RoutedNamespace, Total } from "./namespace.ts";
import { pageOptions, totalsAnswer } from "./paging.ts";

/**
 * Depth of a read: `kv` is cheap, `global` is nearer to now, `exact` asks every
 * shard too.
 */
export type ReadLevel = "kv" | "global" | "exact";

/** Most counters that a read may name. */
const MAX_NAMES = 100;

/** Takes the level from `?read=`; KV without one. */
export function readLevel(c: Context): ReadLevel {
	const level = c.req.query("read") ?? "kv";
	if (level === "kv" || level === "global" || level === "exact") return level;
	throw invalid("invalid-read", "`read` is kv, global or exact");
}

/** Answers `GET /counters`: totals of all or of some counters, and in headers their level and moment. */
export async function readCounters(
	c: Context,
	counter: RoutedNamespace,
): Promise<Response> {
	const read = readLevel(c);
	const names = namesInQuery(c.req.url, (name) => mayBeCounted(counter, name));
	const page = names
		? await readNamed(c, counter, read, names)
		: await readPage(c, counter, read);
	return totalsAnswer(page, {
		"Counter-Read": read,
		...(page.asOf === undefined ? {} : { "Counter-As-Of": moment(page.asOf) }),
	});
}

/** Answers `GET /counters/:counter`: one total; 404 if it was never counted. */
export async function readCounter(
	c: Context,
	counter: RoutedNamespace,
): Promise<Response> {
	const name = c.req.param("counter") ?? "";
	checkPastName(name);
	const read = readLevel(c);
	const { value, asOf } = await readOne(c, counter, read, name);
	if (value === undefined)
		throw new CounterProblem({
			code: "unknown-counter",
			status: 404,
			title: "There is no such counter",
			detail: `Nothing was counted under this name as far as the ${read} read knows`,
		});
	return answer({
		counter: name,
		value,
		// Nobody knows when something else wrote to KV.
		...(asOf !== undefined && { asOf: moment(asOf) }),
		read,
	});
}

/** Reads totals of these names, 0 where nothing was counted; as old as the oldest. */
async function readNamed(
	c: Context,
	counter: RoutedNamespace,
	read: ReadLevel,
	names: readonly string[],
): Promise<Page> {
	if (names.length > MAX_NAMES)
		throw invalid(
			"too-many-names",
			`\`counters\` may name ${MAX_NAMES} counters: ask for the others in another request`,
		);
	const totals = await Promise.all(
		names.map((name) => readOne(c, counter, read, name)),
	);
	const moments = totals.flatMap(({ asOf = [] }) => asOf);
	return {
		counters: toRecord(
			names.map((name, n) => [name, totals[n]?.value ?? 0] as const),
		),
		asOf: moments.length > 0 ? Math.min(...moments) : undefined,
	};
}

async function readPage(
	c: Context,
	counter: RoutedNamespace,
	read: ReadLevel,
): Promise<Page> {
	const options = pageOptions(c);
	if (read === "global") return counter.globalStub(c.env).totals(options);
	if (read === "exact") return counter.globalStub(c.env).exact(options);
	const { limit, ...range } = partOf(options);
	const page = await kvReader(c.env, counter).totals(range, limit);
	return {
		counters: toRecord(page.entries),
		asOf: page.asOf,
		cursor: page.last === undefined ? undefined : cursorOf(page.last),
	};
}

function readOne(
	c: Context,
	counter: RoutedNamespace,
	read: ReadLevel,
	name: string,
): Promise<Total> {
	switch (read) {
		case "kv":
			return kvReader(c.env, counter).total(name);
		case "global":
			return counter.globalStub(c.env).total(name);
		case "exact":
			return counter.globalStub(c.env).exactTotal(name);
	}
}

function moment(ms: number): string {
	return new Date(ms).toISOString();
}
