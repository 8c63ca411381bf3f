import type { Context } from "hono";
import { namesInQuery } from "../names-in-query.ts";
import { CounterProblem, invalid } from "../problem.ts";
import { toRecord } from "../protocol.ts";
import {
	levelOf,
	type Page,
	type ReadLevel,
	readTotal,
	readTotals,
} from "../read-level.ts";
import { checkPastName, mayBeCounted } from "../settings.ts";
import { answer } from "./answer.ts";
import type { RoutedNamespace } from "./namespace.ts";
import { pageOptions, totalsAnswer } from "./paging.ts";

/** Most counters that a read may name. */
const MAX_NAMES = 100;

/** Takes the level from `?read=`; KV without one. */
export function readLevel(c: Context): ReadLevel {
	return levelOf(c.req.query("read"));
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
		: await readTotals(counter, c.env, read, pageOptions(c));
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
	const { value, asOf } = await readTotal(counter, c.env, read, name);
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
		names.map((name) => readTotal(counter, c.env, read, name)),
	);
	const moments = totals.flatMap(({ asOf = [] }) => asOf);
	return {
		counters: toRecord(
			names.map((name, n) => [name, totals[n]?.value ?? 0] as const),
		),
		asOf: moments.length > 0 ? Math.min(...moments) : undefined,
	};
}

function moment(ms: number): string {
	return new Date(ms).toISOString();
}
