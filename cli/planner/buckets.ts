import type { Kept, Load } from "./load.ts";
import type { Spread } from "./spread.ts";

/** Sums of slots and counters past which those that are over go to rows: global/eviction.ts. */
const MAX_PAIRS = 25_000;

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** Seconds of a slot where no minutes are kept: history/slots.ts. */
const QUARTER_S = 900;

/** Seconds whose buckets share a row, for each counter: history/bucket-storage.ts. */
const ROW_S = { slot: HOUR_S, hour: DAY_S, day: 32 * DAY_S } as const;

/** Rows with which each bucket that is summed up notes how far that is. */
const NOTES = 3;

/** Bytes that a bucket of a counter takes: docs/history.md. */
const BUCKET_BYTES = 12;

/** Moments of an hour or a day that are looked at, in place of all. */
const MOMENTS = 24;

/** Work of the global object for the past of counters. */
export interface Buckets {
	/** Sums by slot and counter in memory, on average: checkpoints of the journal have them. */
	pairs: number;
	/** Moves of these to rows, a second: a checkpoint each. */
	moves: number;
	/** Rows a second, checkpoints left out. */
	written: number;
	read: number;
	/** Stored once all are as old as they get. */
	bytes: number;
}

export const NO_BUCKETS: Buckets = {
	pairs: 0,
	moves: 0,
	written: 0,
	read: 0,
	bytes: 0,
};

/** Distinct counters that are counted in so many seconds. */
type Distinct = (seconds: number) => number;

/**
 * A flush says in its row of the journal which slot it is of: a minute or, where none
 * are kept, a quarter of an hour. Memory has the sums by slot and counter. Past 25,000
 * of them, those of slots that are over go to rows, one for each counter and hour,
 * but for what is summed up already and past its time. An hour that is over is summed
 * up as a row a counter, and so is a day. A row that is past its time is deleted,
 * which is billed as one that is written.
 */
export function bucketsOf(
	kept: Kept,
	{ rate, batch }: Load,
	spread: Spread,
): Buckets {
	const distinct = (seconds: number) => spread.distinct(rate * batch * seconds);
	const slot = kept.minute === undefined ? QUARTER_S : MINUTE_S;
	const each = distinct(slot);
	const interval =
		each <= MAX_PAIRS
			? Math.floor(MAX_PAIRS / each) * slot
			: filledAfter((time) => spanned(distinct, time, slot), slot);
	const moves = 1 / interval;
	const slots = moves * rowsMoved(kept, distinct, interval, slot);
	const hours = kept.hour === undefined ? 0 : distinct(HOUR_S) + NOTES;
	const days = kept.day === undefined ? 0 : distinct(DAY_S) + NOTES;
	const deleted =
		Math.min(slots, distinct(ROW_S.slot) / ROW_S.slot) +
		(hours > 0 ? distinct(ROW_S.hour) / ROW_S.hour : 0) +
		(days > 0 ? distinct(ROW_S.day) / ROW_S.day : 0);
	const summed = hours / HOUR_S + days / DAY_S;
	return {
		pairs: (MAX_PAIRS + Math.min(each, MAX_PAIRS) / 2) / 2,
		moves,
		written: slots + summed + deleted,
		// A write looks for a row, finds it, and inserts from a list; sums read rows.
		read: 3 * (slots + summed) + 2 * (slots + summed + deleted),
		bytes: BUCKET_BYTES * bucketsOfAll(kept, distinct),
	};
}

/**
 * Counts the rows that a move writes, on average over the moments of the hour or day
 * that is summed up next: slots are kept from its beginning on, minutes for longer.
 * The slot under way stays, unless no other is left.
 */
function rowsMoved(
	{ minute, hour, day }: Kept,
	distinct: Distinct,
	interval: number,
	slot: number,
): number {
	const unit = hour !== undefined ? HOUR_S : day !== undefined ? DAY_S : 0;
	const asked = minute === undefined ? 0 : minute / 1_000 + ROW_S.slot / 2;
	let rows = 0;
	for (let n = 0; n < MOMENTS; n++) {
		const since = Math.max(asked, unit * ((n + 0.5) / MOMENTS));
		const over = since > slot ? since - slot / 2 : since;
		rows += spanned(distinct, Math.min(interval, over), ROW_S.slot) / MOMENTS;
	}
	return rows;
}

/**
 * Counts the sums that so many seconds have: distinct counters in each slot. They
 * begin anywhere in a slot, so the first and the last slot are in part there.
 */
function spanned(distinct: Distinct, seconds: number, slot: number): number {
	const part = Math.min(seconds, slot);
	let partial = 0;
	for (let n = 0; n < MOMENTS; n++)
		partial += distinct(part * ((n + 0.5) / MOMENTS)) / MOMENTS;
	return seconds < slot
		? (1 - seconds / slot) * distinct(seconds) + (seconds / slot) * 2 * partial
		: (seconds / slot - 1) * distinct(slot) + 2 * partial;
}

/** Finds the seconds, no more than those of a slot, that bring too many sums. */
function filledAfter(sums: (seconds: number) => number, slot: number): number {
	let [low, high] = [0, slot];
	for (let n = 0; n < 40; n++) {
		const middle = (low + high) / 2;
		if (sums(middle) <= MAX_PAIRS) low = middle;
		else high = middle;
	}
	return high;
}

/** Adds up the buckets of all counters. */
function bucketsOfAll(kept: Kept, distinct: Distinct): number {
	const of = (ms: number | undefined, unit: number) =>
		ms === undefined ? 0 : (ms / 1_000 / unit) * distinct(unit);
	return (
		of(kept.minute, MINUTE_S) + of(kept.hour, HOUR_S) + of(kept.day, DAY_S)
	);
}
