import { batchesAt, headroomOf } from "./headroom.ts";
import {
	GLOBAL_WRITES_PER_SECOND,
	SHARD_REQUESTS_PER_SECOND,
	VIEWERS_PER_OBJECT,
} from "./limits.ts";
import { CLOUDFLARE, type Load, type Thresholds } from "./load.ts";
import { borrowingAtPeak } from "./peak-loans.ts";

/** Something of a namespace that cannot take its load. */
export interface Shortfall {
	what: "shards" | "global" | "counters" | "viewers";
	/** Requests a second of each shard, batches and borrowing a second, counters, or viewers. */
	asked: number;
	/** Most that it is good for. */
	most: number;
	/** Calls among what is asked by which shards borrow. */
	borrowing?: number;
	/** Values of keys that suffice, all of them together; none if no keys do. */
	enough: Enough;
}

/** Keys that are set higher, but for `shardCount` where the global object falls behind. */
export type Enough = Partial<
	Record<
		| "shardCount"
		| "shardMinRequestToGlobal"
		| "shardWriteToGlobalAfter"
		| "maxCounters"
		| "live.objects",
		number
	>
>;

/** Lists what falls behind at the peak, or refuses. */
export function shortfallsOf(
	namespace: Thresholds & { maxCounters: number },
	load: Load,
): Shortfall[] {
	const { shard, global } = headroomOf(namespace, load, CLOUDFLARE);
	const found: Shortfall[] = [];
	if (shard > SHARD_REQUESTS_PER_SECOND)
		found.push({
			what: "shards",
			asked: shard,
			most: SHARD_REQUESTS_PER_SECOND,
			enough: {
				shardCount: Math.ceil(load.peak / SHARD_REQUESTS_PER_SECOND),
			},
		});
	if (global > GLOBAL_WRITES_PER_SECOND)
		found.push({
			what: "global",
			asked: global,
			most: GLOBAL_WRITES_PER_SECOND,
			borrowing: borrowingAtPeak(namespace, load, CLOUDFLARE),
			enough: fewerCalls(namespace, load),
		});
	if (load.counters > namespace.maxCounters)
		found.push({
			what: "counters",
			asked: load.counters,
			most: namespace.maxCounters,
			enough: { maxCounters: load.counters },
		});
	const room = namespace.live ? namespace.live.objects * VIEWERS_PER_OBJECT : 0;
	if (load.viewers > room)
		found.push({
			what: "viewers",
			asked: load.viewers,
			most: room,
			enough: {
				"live.objects": Math.ceil(load.viewers / VIEWERS_PER_OBJECT),
			},
		});
	return found;
}

/** Part of what the global object is good for that borrowing may take up. */
const BORROWING_PART = 0.9;

/**
 * Finds the most shards with which the global object keeps up where they borrow, one
 * call of each at a time, and the least thresholds with these.
 */
function fewerCalls(thresholds: Thresholds, load: Load): Enough {
	const borrowing = (shardCount: number) =>
		borrowingAtPeak({ ...thresholds, shardCount }, load, CLOUDFLARE);
	const most = BORROWING_PART * GLOBAL_WRITES_PER_SECOND;
	const fewest = Math.ceil(load.peak / SHARD_REQUESTS_PER_SECOND);
	const shardCount =
		thresholds.shardCount -
		least(
			0,
			Math.max(0, thresholds.shardCount - fewest),
			(fewer) => borrowing(thresholds.shardCount - fewer) <= most,
		);
	if (borrowing(shardCount) > most) return {};
	return {
		...(shardCount !== thresholds.shardCount && { shardCount }),
		...fewerFlushes(
			{ ...thresholds, shardCount },
			load.peak,
			GLOBAL_WRITES_PER_SECOND - borrowing(shardCount),
		),
	};
}

/**
 * Finds the least thresholds with which the global object keeps up.
 *
 * @param rate requests a second
 * @param most batches a second that it is to take
 */
export function fewerFlushes(
	thresholds: Thresholds,
	rate: number,
	most: number = GLOBAL_WRITES_PER_SECOND,
): Enough {
	const { shardMinRequestToGlobal: requests, shardWriteToGlobalAfter: after } =
		thresholds;
	const suffices = (changed: Partial<Thresholds>) =>
		batchesAt({ ...thresholds, ...changed }, rate, CLOUDFLARE) <= most;
	// Each alone first, with the other out of the way.
	const count = least(requests, MOST_REQUESTS, (shardMinRequestToGlobal) =>
		suffices({ shardMinRequestToGlobal, shardWriteToGlobalAfter: 0 }),
	);
	const time =
		after === 0
			? 0
			: least(after, MOST_MS, (shardWriteToGlobalAfter) =>
					suffices({
						shardMinRequestToGlobal: count,
						shardWriteToGlobalAfter,
					}),
				);
	return {
		...(count !== requests && { shardMinRequestToGlobal: count }),
		...(time !== after && { shardWriteToGlobalAfter: time }),
	};
}

/** Bounds of the two keys: see cli/config/schema.ts. */
const MOST_REQUESTS = 1_000_000;
const MOST_MS = 86_400_000;

/** Finds the least whole number from `low` on that suffices, if more always do. */
function least(
	low: number,
	high: number,
	suffices: (value: number) => boolean,
): number {
	if (suffices(low)) return low;
	let [below, enough] = [low, high];
	while (enough - below > 1) {
		const middle = Math.floor((below + enough) / 2);
		if (suffices(middle)) enough = middle;
		else below = middle;
	}
	return enough;
}
