import type { Load, Platform, Thresholds } from "./load.ts";
import { modelOf } from "./model.ts";

/**
 * Requests a second that an object takes: the soft limit of simple ones.
 * https://developers.cloudflare.com/durable-objects/platform/limits/
 */
export const SHARD_REQUESTS_PER_SECOND = 1_000;

/** Batches a second that a global object is trusted with: applying one is not simple. */
export const GLOBAL_WRITES_PER_SECOND = 300;

/** Load of objects at the peak, and what they are good for; a second. */
export interface Headroom {
	/** Requests that one shard takes. */
	shard: number;
	/** Batches that the global object takes. */
	global: number;
	/** Publications. */
	kv: number;
}

export function headroomOf(
	thresholds: Thresholds,
	load: Load,
	platform: Platform,
): Headroom {
	if (load.peak === 0) return { shard: 0, global: 0, kv: 0 };
	const peak = { ...load, rate: load.peak };
	const { flushes, publications } = modelOf(thresholds, peak, platform);
	return {
		shard: load.peak / thresholds.shardCount,
		global: thresholds.shardCount * flushes.perSecond,
		kv: publications.perSecond,
	};
}
