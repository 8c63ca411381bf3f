import type { Context } from "hono";
import type { GlobalStub } from "./global-stub.ts";
import { pageOptions, totalsAnswer } from "./paging-http.ts";
import { invalid } from "./problem.ts";
import type { IncrementOptions, ShardStub } from "./stubs.ts";

/** `POST /increment/:counter`: by `?by=n`, or a JSON number as body, or 1. */
export async function increment(c: Context, shard: ShardStub) {
	const counter = c.req.param("counter") ?? "";
	return counted(
		c,
		await shard.increment(counter, await readBy(c), idempotency(c)),
	);
}

/** `POST /increments`: a JSON object in the body; for GET, the query. */
export async function increments(c: Context, shard: ShardStub) {
	return counted(
		c,
		await shard.increments(await readCounters(c), idempotency(c)),
	);
}

/** `POST /global/import`: any numbers, but only with an idempotency key. */
export async function globalImport(c: Context, shard: ShardStub) {
	const { key } = idempotency(c);
	if (key === undefined)
		throw invalid(
			"idempotency-key-required",
			"Send an Idempotency-Key: an import that is repeated must count once",
		);
	return counted(c, await shard.import(await readCounters(c), key));
}

export async function shardCounters(c: Context, shard: ShardStub) {
	return answer(c, await shard.counters());
}

export async function shardWrite(c: Context, shard: ShardStub) {
	return answer(c, { written: await shard.write() });
}

export async function globalCounters(c: Context, global: GlobalStub) {
	return totalsAnswer(c, await global.totals(pageOptions(c)));
}

export async function globalReset(c: Context, global: GlobalStub) {
	const counter = c.req.param("counter");
	await global.reset(counter);
	return answer(c, { reset: counter ?? "all" });
}

export async function globalWrite(c: Context, global: GlobalStub) {
	await global.write();
	return answer(c, { written: true });
}

export async function globalWrites(c: Context, global: GlobalStub) {
	return answer(c, await global.writes());
}

export async function globalShardWrites(c: Context, global: GlobalStub) {
	return answer(c, await global.shardWrites());
}

export async function globalShards(c: Context, global: GlobalStub) {
	return answer(c, await global.shards());
}

/** The answer to an increment; a header tells a repetition. */
function counted(
	c: Context,
	{ repeated, ...data }: { repeated: boolean },
): Response {
	if (repeated) c.header("Idempotent-Replayed", "true");
	return answer(c, data);
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
function idempotency(c: Context): IncrementOptions {
	const key = c.req.header("Idempotency-Key");
	return key === undefined ? {} : { key };
}

/** JSON that no cache keeps. */
function answer(c: Context, data: object): Response {
	return c.json(data, 200, { "Cache-Control": "no-store" });
}

async function readBy(c: Context): Promise<number> {
	const query = c.req.query("by");
	if (query !== undefined) return wholeNumber(query, "`by`");
	// A POST without content has a body all the same, which takes time to read.
	if (c.req.header("Content-Length") === "0") return 1;
	const body = await c.req.text();
	return body === "" ? 1 : wholeNumber(body, "The body");
}

async function readCounters(c: Context): Promise<Record<string, number>> {
	if (c.req.method === "GET") return readQuery(c);
	const body = parseJson(await c.req.text());
	if (body === null || typeof body !== "object" || Array.isArray(body))
		throw invalid(
			"invalid-body",
			'The body must be a JSON object of counters and numbers, such as {"signups": 1}',
		);
	return body as Record<string, number>;
}

function readQuery(c: Context): Record<string, number> {
	const query = [...new URL(c.req.url).searchParams];
	const names = query.map(([name]) => name);
	const repeated = names.find((name, n) => names.indexOf(name) !== n);
	if (repeated !== undefined)
		throw invalid(
			"invalid-entries",
			`The query has ${JSON.stringify(repeated)} twice`,
		);
	return Object.fromEntries(
		query.map(([name, by]) => [name, wholeNumber(by, JSON.stringify(name))]),
	);
}

function wholeNumber(text: string, what: string): number {
	const trimmed = text.trim();
	if (/^-?\d{1,16}$/.test(trimmed)) return Number(trimmed);
	throw invalid(
		"invalid-increment",
		`${what} must be a whole number, such as 1`,
	);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw invalid("invalid-body", "The body is not JSON");
	}
}
