import type { Context } from "hono";
import { invalid } from "../problem.ts";
import { seemsFull } from "../storage-full.ts";
import { answer, answerJson } from "./answer.ts";
import { bodyText } from "./body.ts";
import { readBy } from "./by.ts";
import { parseCounters, parseImport } from "./counters-json.ts";
import { queryCounters } from "./counters-query.ts";
import { idempotencyKey, replayed } from "./idempotency-key.ts";
import type { Counted, RoutedGlobal, RoutedShard } from "./namespace.ts";
import { pageOptions, totalsAnswer } from "./paging.ts";

/** `POST /increment/:counter`: by `?by=n`, a JSON number as body, or 1. */
export async function increment(shard: RoutedShard, c: Context) {
	const counter = c.req.param("counter") ?? "";
	return counted(
		await shard.increment(counter, await readBy(c), idempotencyKey(c)),
	);
}

/** `POST /increments`: a JSON object in the body; for GET, the query. */
export async function increments(shard: RoutedShard, c: Context) {
	return counted(
		await shard.increments(await readCounters(c), idempotencyKey(c)),
	);
}

/** `POST /global/import`: any numbers, or a list of amounts; only with an idempotency key. */
export async function globalImport(shard: RoutedShard, c: Context) {
	const { key } = idempotencyKey(c);
	if (key === undefined)
		throw invalid(
			"idempotency-key-required",
			"Send an Idempotency-Key: an import that is repeated must count once",
		);
	return counted(await shard.import(parseImport(await bodyText(c)), key));
}

export async function shardCounters(shard: RoutedShard) {
	return answer(await shard.counters());
}

export async function shardWrite(shard: RoutedShard) {
	return answer({ written: await shard.write() });
}

export async function globalCounters(global: RoutedGlobal, c: Context) {
	return totalsAnswer(await global.totals(pageOptions(c)));
}

export async function globalReset(global: RoutedGlobal, c: Context) {
	const counter = c.req.param("counter");
	await global.reset(counter);
	return answer({ reset: counter ?? "all" });
}

export async function globalWrite(global: RoutedGlobal) {
	await global.write();
	return answer({ written: true });
}

export async function globalWrites(global: RoutedGlobal, c: Context) {
	return answerJson(await global.writesJson(pageOptions(c)));
}

export async function globalShardWrites(global: RoutedGlobal) {
	return answer(await global.shardWrites());
}

/** `GET /global/shards`: objects can be read on a full disk, so a header names it. */
export async function globalShards(global: RoutedGlobal, c: Context) {
	const shards = await global.shardsJson();
	const full = await seemsFull(c.env);
	return answerJson(shards, full ? { "Counter-Storage": "full" } : {});
}

/** Answers an increment; a header marks a repetition. */
function counted({ repeated, ...data }: Counted): Response {
	return answer(data, replayed(repeated));
}

async function readCounters(c: Context): Promise<Record<string, number>> {
	return c.req.method === "GET"
		? queryCounters(c.req.url)
		: parseCounters(await bodyText(c));
}
