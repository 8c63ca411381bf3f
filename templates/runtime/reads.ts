import type { Context } from "hono";
import type { CounterClass } from "./counter.ts";
import { readTotals } from "./kv.ts";
import { binding } from "./objects.ts";
import { CounterProblem, invalid } from "./problem.ts";
import { checkName } from "./settings.ts";

/** Where a read looks: `kv` is cheap, `global` is nearer to now. */
export type ReadLevel = "kv" | "global";

/** The level that a request asks for by `?read=`; KV if it does not say. */
export function readLevel(c: Context): ReadLevel {
	const level = c.req.query("read") ?? "kv";
	if (level === "kv" || level === "global") return level;
	throw invalid("invalid-read", "`read` is kv or global");
}

/** `GET /counters`: every total, and in headers where and when it was read. */
export async function readCounters(
	c: Context,
	counter: CounterClass,
): Promise<Response> {
	const read = readLevel(c);
	const { counters, asOf } =
		read === "kv"
			? await readKv(c, counter)
			: await counter.globalStub(c.env).totals();
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
		read === "kv"
			? await readOneFromKv(c, counter, name)
			: await counter.globalStub(c.env).total(name);
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

async function readOneFromKv(c: Context, counter: CounterClass, name: string) {
	const { counters, asOf } = await readKv(c, counter);
	return { value: counters[name], asOf };
}

function readKv(c: Context, { kvNamespace, kvPrefix }: CounterClass) {
	return readTotals(binding<KVNamespace>(c.env, kvNamespace), kvPrefix);
}

function moment(ms: number): string {
	return new Date(ms).toISOString();
}
