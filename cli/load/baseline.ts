import type { Read } from "../client/pages.ts";
import { CounterGenError, exitCode } from "../errors.ts";
import type { CounterApi } from "./api.ts";
import { type WatchTimes, watch } from "./watch.ts";

/**
 * Reads the totals of `counters` before a run, with everything counted so far
 * in them: flushes the shards, and waits for KV if that is what will be read. A
 * KV that never catches up is a `kv-behind`. Admin.
 */
export async function settledTotals(
	api: CounterApi,
	counters: readonly string[],
	read: Read,
	times: WatchTimes,
	signal: AbortSignal,
): Promise<number[]> {
	await api.flush();
	let totals = await api.totals(counters, "global");
	if (read !== "kv") return totals;

	let late = -1;
	const behind = async () => {
		totals = await api.totals(counters, "global");
		const inKv = await api.totals(counters, "kv");
		const gaps = totals.map((total, n) => Math.abs(total - (inKv[n] ?? 0)));
		late = gaps.findIndex((gap) => gap > 0);
		return gaps.reduce((sum, gap) => sum + gap, 0);
	};
	for await (const { value, final } of watch(behind, times, signal)) {
		if (value === 0) break;
		if (!final) continue;
		throw new CounterGenError(
			{
				code: "kv-behind",
				what: `KV does not catch up with the global total of ${counters[late]}, ${totals[late]}`,
				why: "a rise of the KV value could not be told from earlier counts",
				fix: "set globalWriteToKVAfter above 0, or verify with --verify global",
			},
			exitCode.findings,
		);
	}
	return totals;
}
