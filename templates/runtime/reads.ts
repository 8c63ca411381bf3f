import type { Context } from "hono";
import type { CounterClass } from "./counter.ts";
import { readTotals } from "./kv.ts";
import { binding } from "./objects.ts";
import { CounterProblem, invalid } from "./problem.ts";
import { checkName } from "./settings.ts";

/**
 * Where a read looks: `kv` is cheap, `global` is nearer to now, `exact` asks
 * every shard too.
 */
export type ReadLevel = "kv" | "global" | "exact";

/** The level that a request asks for by `?read=`; KV if it does not say. */
export function readLevel(c: Context): ReadLevel {
	const level = c.req.query("read") ?? "kv";
	if (level === "kv" || level === "global" || level === "exact") return level;
	throw invalid("invalid-read", "`read` is kv, global or exact");
}

/** `GET /counters`: every total, and in headers where and when it was read. */
export async function readCounters(
	c: Context,
	counter: CounterClass,
): Promise<Response> {
	const read = readLevel(c);
	const { counters, asOf } = await readAll(c, counter, read);
	return c.json(counters, 200, {
		"Cache-Control": "no-store",
		"Counter-Read": read,
		...(asOf === undefined ? {} : { "Counter-As-Of": moment(asOf) }),
	});
}

/** `GET /counters/:counter`: one total; 404 if it was never counted. */
export async function readCounter(
	c: Context,
	counter: CounterClass,
): Promise<Response> {
	const name = c.req.param("counter") ?? "";
	checkName(counter, name);
	const read = readLevel(c);
	const { value, asOf } =
		read === "global"
			? await counter.globalStub(c.env).total(name)
			: await readAll(c, counter, read).then(({ counters, asOf }) => ({
					value: counters[name],
					asOf,
				}));
	if (value === undefined || asOf === undefined)
		throw new CounterProblem({
			code: "unknown-counter",
			status: 404,
			title: "There is no such counter",
			detail: `Nothing was counted under this name as far as the ${read} read knows`,
		});
	return c.json({ counter: name, value, asOf: moment(asOf), read }, 200, {
		"Cache-Control": "no-store",
	});
}

async function readAll(
	c: Context,
	counter: CounterClass,
	read: ReadLevel,
): Promise<{ counters: Record<string, number>; asOf: number | undefined }> {
	switch (read) {
		case "kv":
			return readTotals(
				binding<KVNamespace>(c.env, counter.kvNamespace),
				counter,
			);
		case "global":
			return counter.globalStub(c.env).totals();
		case "exact":
			return counter.globalStub(c.env).exact();
	}
}

function moment(ms: number): string {
	return new Date(ms).toISOString();
}
