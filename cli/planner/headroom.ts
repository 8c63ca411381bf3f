import { commitsOf } from "./commits.ts";
import { flushesOf } from "./flushes.ts";
import type { Load, Platform, Thresholds } from "./load.ts";
import { callsAtPeak } from "./loans.ts";
import { flightOf, modelOf } from "./model.ts";

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

/** Calls a second by which shards borrow at the peak, where totals have bounds. */
export function borrowingAtPeak(
	thresholds: Thresholds,
	load: Load,
	platform: Platform,
): number {
	if (!thresholds.total || load.peak === 0) return 0;
	const { rate, peak } = load;
	const fullPart =
		rate > 0 ? modelOf(thresholds, load, platform).loans.fullPart : 0;
	const { flushes, spread } = modelOf(
		{ ...thresholds, total: undefined },
		{ ...load, rate: peak },
		platform,
	);
	return callsAtPeak(flushes, thresholds, load, platform, spread, fullPart);
}

export function headroomOf(
	thresholds: Thresholds,
	load: Load,
	platform: Platform,
): Headroom {
	if (load.peak === 0) return { shard: 0, global: 0, kv: 0 };
	const peak = { ...load, rate: load.peak };
	const { publications } = modelOf(
		{ ...thresholds, total: undefined },
		peak,
		platform,
	);
	return {
		shard: load.peak / thresholds.shardCount,
		global:
			batchesAt(thresholds, load.peak, platform) +
			borrowingAtPeak(thresholds, load, platform),
		kv: publications.perSecond,
	};
}
