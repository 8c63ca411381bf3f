import { commitsOf } from "./commits.ts";
import { flushesOf } from "./flushes.ts";
import type { Load, Platform, Thresholds } from "./load.ts";
import { flightOf } from "./model.ts";
import { borrowingAtPeak, peakWithoutLoans } from "./peak-loans.ts";

/** Load of objects at the peak, and what they are good for; a second. */
export interface Headroom {
	/** Requests that one shard takes. */
	shard: number;
	/** Batches that the global object takes, and calls by which shards borrow. */
	global: number;
	/** Publications. */
	kv: number;
}

/** Batches a second that the shards of a namespace send, each with an equal part. */
export function batchesAt(
	thresholds: Thresholds,
	rate: number,
	platform: Platform,
): number {
	const { shardCount } = thresholds;
	const each = rate / shardCount;
	const { overshoot } = commitsOf(each, platform.commitS);
	const flight = flightOf(platform);
	return shardCount * flushesOf(each, thresholds, overshoot, flight).perSecond;
}

export function headroomOf(
	thresholds: Thresholds,
	load: Load,
	platform: Platform,
): Headroom {
	if (load.peak === 0) return { shard: 0, global: 0, kv: 0 };
	const { publications } = peakWithoutLoans(thresholds, load, platform);
	return {
		shard: load.peak / thresholds.shardCount,
		global:
			batchesAt(thresholds, load.peak, platform) +
			borrowingAtPeak(thresholds, load, platform),
		kv: publications.perSecond,
	};
}
