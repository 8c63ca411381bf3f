/** Keys that make up a row of a pack: PACK_KEYS of idempotency/key-packs.ts. */
const PACK_KEYS = 256;

/** Rows that are merged together: FAN_IN of idempotency/key-layout.ts. */
const FAN_IN = 4;

/** Seconds that a key is kept after its window: idempotency/key-storage.ts. */
const KEPT_LONGER_S = 120;

/**
 * Rows read for a key that is new, and each level: it is looked for twice, in three
 * rows of two levels, of which one in 208 has its mark by chance (256 keys, 53,248
 * marks), and costs four.
 */
const MISTAKEN = 0.058;

/** Rows for the idempotency keys of one shard, a second. */
export interface KeyRows {
	written: number;
	read: number;
}

/**
 * A commit writes its keys as one row, until 256 are there: these become a row of
 * a pack, with one that notes the order. For every four rows of a pack, each level
 * of runs merges four rows once: so each row is written once more for each level
 * there is. There are log₄ of the rows levels; while the rows grow to their number,
 * the mean of that is log₄(rows) − 1/ln 4.
 *
 * @param rate keyed requests a second that the shard takes
 * @param commits a second
 * @param windowS seconds in which a key counts once
 */
export function keyRowsOf(
	rate: number,
	commits: number,
	windowS: number,
): KeyRows {
	const packs = rate / PACK_KEYS;
	const rows = Math.max(1, packs * (windowS + KEPT_LONGER_S));
	const levels = Math.max(0, (Math.log(rows) - 1) / Math.log(FAN_IN));
	return {
		written: commits + packs * (1 + levels),
		read: commits + packs * (1 + 4 * levels) + rate * (1 + levels) * MISTAKEN,
	};
}
