import type { ReadLevel, ReadRequest } from "../../cli/load/history.ts";
import type { Load } from "./load.ts";

/** Finds the first counter of a load in what `/counters` answers. */
export function totalOf(body: unknown): number {
	return (body as Record<string, number>).load ?? 0;
}

/** Sums what shards hold of it, as `/global/shards` or one of them has it. */
export function holdingsOf(body: unknown): number {
	const shards = Array.isArray(body) ? body : [body];
	return shards.reduce((sum, shard) => sum + totalOf(shard), 0);
}

/** Takes the counters of a load from what `/counters` answered. */
export function readOf(
	{ counters }: Load,
	level: ReadLevel,
	body: unknown,
	times: Pick<ReadRequest, "begin" | "end">,
): ReadRequest {
	const totals = body as Record<string, number>;
	const values = new Map(counters.map((name) => [name, totals[name] ?? 0]));
	return { kind: "read", level, values, ...times };
}
