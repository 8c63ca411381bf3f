import type { Flushes } from "./flushes.ts";
import { hasCome, meanLeft, meanUpTo } from "./gamma.ts";
import type { Load, Thresholds } from "./load.ts";
import { nextFlush } from "./next-flush.ts";
import type { Spread } from "./spread.ts";

/** KV takes one write a second for a key: global/publisher.ts. */
const PACE_S = 1;

/** Most bytes of a page: global/page-storage.ts. */
const PAGE_BYTES = 524_288;

/** Characters of a counter in JSON besides its name: quotes, colon, comma, total. */
const ENTRY_CHARACTERS = 10;

/** Publications of a namespace. */
export interface Publications {
	/** A second. */
	perSecond: number;
	/** Part of them that are due by time; the others are full. */
	byTime: number;
	/** The pace holds them back, mostly. */
	isPaced: boolean;
	/** Part of them during which another flush comes, which the next one begins with. */
	overlapped: number;
	/** Pages that the totals are in. */
	pages: number;
	/** Pages that change from one publication to the next; 0 if there is only one page. */
	changed: number;
}

/**
 * A publication is due when its first flush is as old as the timer, or when enough
 * flushes have come, and no sooner than a second after the one before. Then the
 * next flush opens another.
 *
 * Pages are halved when they outgrow their size, so their number is a power of 2.
 * Those change of which any counter was counted: counters are in the order of their
 * names, so each page gets an equal part of the distinct ones.
 *
 * @param flushes of one shard
 */
export function publicationsOf(
	flushes: Flushes,
	thresholds: Thresholds,
	load: Load,
	putS: number,
	spread: Spread,
): Publications {
	const { shardCount, globalMinWritesToKV, globalWriteToKVAfter } = thresholds;
	const rate = shardCount * flushes.perSecond;
	const after =
		globalWriteToKVAfter === 0 ? Infinity : globalWriteToKVAfter / 1_000;
	const more = globalMinWritesToKV - 1;
	const window = meanUpTo(more, rate, after);
	const byTime = after === Infinity ? 0 : 1 - hasCome(more, rate * after);
	const wait = nextFlush(flushes, shardCount, window);
	const pace = (1 - byTime) * meanLeft(globalMinWritesToKV, rate, PACE_S);
	const interval = Math.max(PACE_S, window + wait + pace);

	const pages = pagesOf(load);
	const touched = spread.distinct(load.rate * load.batch * interval);
	const changed = pages > 1 ? pages * (1 - (1 - 1 / pages) ** touched) : 0;
	return {
		perSecond: 1 / interval,
		byTime,
		isPaced: pace > wait,
		overlapped: -Math.expm1(-rate * putS),
		pages,
		changed,
	};
}

function pagesOf({ counters, nameCharacters }: Load): number {
	const bytes = counters * (nameCharacters + ENTRY_CHARACTERS);
	return bytes <= PAGE_BYTES
		? 1
		: 2 ** Math.ceil(Math.log2(bytes / PAGE_BYTES));
}
