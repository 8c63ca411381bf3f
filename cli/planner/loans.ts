import type { Flushes } from "./flushes.ts";
import { IDLE_S } from "./limits.ts";
import type { Load, Platform, Thresholds } from "./load.ts";
import { type Borrower, borrowed, firstSize } from "./loan-sizes.ts";
import type { Spread } from "./spread.ts";

/** Loans that a shard has open, past which the oldest are closed: bounds/loans.ts. */
const MAX_OPEN_LOANS = 20_000;

/** Names whose sums share a row of a shard: bounds/loan-storage.ts. */
const MAX_RECENT_NAMES = 1_000;

/**
 * Rows that the global object reads for a counter of an ask, besides its loans: what the
 * shard has of it (two), whether its name is known (two), and its generation.
 */
const ASK_READS = 5;

/** Rows that a shard reads to find a loan it has lost from memory, and to open it again. */
const LOST_READS = 4;

/** Rows that a shard reads for a name of which a sum goes to its row. */
const FOLD_READS = 3;

/** Chances of a lost loan below this are left out. */
const LEAST_CHANCE = 1e-6;

const PERIOD_S = { hour: 3_600, day: 86_400, month: 2_592_000 } as const;

/** Seconds since all counters began. */
export interface Span {
	from: number;
	to: number;
}

/** Work for bounds of totals, of all shards; by the second, on average over a span. */
export interface Loans {
	/** Requests for which shards ask for loans, and calls in which they do. */
	asking: number;
	calls: number;
	/** Rows that the shards write, and the global object. */
	shardRows: number;
	globalRows: number;
	/** Rows that they read. */
	shardRead: number;
	globalRead: number;
	/** Counters that come to their bound in a period, on average … */
	full: number;
	/** … and their part of all counts. */
	fullPart: number;
}

export const NO_LOANS: Loans = {
	asking: 0,
	calls: 0,
	shardRows: 0,
	globalRows: 0,
	shardRead: 0,
	globalRead: 0,
	full: 0,
	fullPart: 0,
};

/**
 * A request that finds a loan too small asks the global object, together with those
 * that come while another ask is under way: as requests share a commit. It is granted
 * all of its counters, a row each. Shards keep what they counted against loans in one
 * row, which each flush writes.
 *
 * In each period all loans begin anew: a counter deletes those before, and begins a
 * generation, a row each; and each shard has a row for the first count.
 *
 * To judge an ask, the global object reads the loans of its counters to all shards. One
 * that is in vain has it look for loans to call back, and judge once more.
 *
 * Not in it: the first ask for each counter, as it is one of its first counts; and
 * near a bound, what is called back from shards that contend for the rest.
 *
 * @param flushes of one shard
 * @param span of which it is the average
 */
export function loansOf(
	flushes: Flushes,
	thresholds: Thresholds,
	load: Load,
	platform: Platform,
	spread: Spread,
	{ from, to }: Span,
): Loans {
	const { shardCount, total } = thresholds;
	if (!total) return NO_LOANS;
	const { rate, batch } = load;
	const ofShard = (rate * batch) / shardCount;
	const lost = lostOf(thresholds, load, spread);
	const room = roomOf(thresholds);
	const period = total.per ? PERIOD_S[total.per] : Infinity;
	// Periods that begin within it; all counters begin with the first.
	const begun = Math.max(
		0,
		Math.ceil(to / period) - Math.max(1, Math.ceil(from / period)),
	);
	const sum = { asks: 0, granted: 0, pairs: 0, counters: 0, lost: 0, read: 0 };
	let [full, fullPart] = [0, 0];
	for (const { size, share } of spread.groups) {
		const counts = ofShard * share;
		const each = { rate: counts, lost: lost(share), room, period, shardCount };
		const [before, after] = [usedUp(each, from), usedUp(each, to)];
		const asks = after.asks - before.asks;
		// Some counts that find a loan used up would have found it lost.
		const lostAlone = Math.max(0, counts * (to - from) - asks) * each.lost;
		const pairs = size * shardCount;
		sum.asks += pairs * (asks + lostAlone);
		const granted = after.granted - before.granted;
		sum.granted += pairs * (granted + lostAlone);
		sum.lost += pairs * (lostAlone + asks * each.lost);
		const lent = shardCount * -Math.expm1(-counts * Math.min(period, to));
		const vain = asks - granted;
		sum.read +=
			pairs *
			((asks + lostAlone + vain) * (ASK_READS + lent) + vain * (1 + lent));
		if (room !== undefined && shardCount * counts * period > room) {
			full += size;
			fullPart += size * share;
		}
		if (begun === 0) continue;
		sum.pairs += pairs * begun * -Math.expm1(-counts * period);
		sum.counters += size * begun * -Math.expm1(-shardCount * counts * period);
	}
	const seconds = to - from;
	const ofCounts = Math.min(1, sum.asks / (rate * batch * seconds));
	const asking = rate * (1 - (1 - ofCounts) ** batch);
	const granted = batch === 1 ? sum.granted / seconds : asking * batch;
	const asked = sum.asks > 0 ? (asking * batch) / sum.asks : 0;
	const folded = shardCount * foldedRows(flushes, batch, spread);
	return {
		asking,
		calls: callsFor(asking, shardCount, platform),
		shardRows: shardCount * flushes.perSecond + folded + sum.pairs / seconds,
		shardRead:
			shardCount * flushes.perSecond +
			FOLD_READS * folded +
			LOST_READS * sum.lost * asked,
		globalRead: sum.read * asked,
		globalRows: granted + (sum.pairs + sum.counters + begun) / seconds,
		full,
		fullPart,
	};
}

/** Finds the calls of so many requests: those that come while another of their shard asks share the next. */
export function callsFor(
	asking: number,
	shardCount: number,
	{ callS, commitS }: Platform,
): number {
	const during = (asking / shardCount) * (callS + commitS);
	return asking / (during + Math.exp(-during));
}

/** Adds up what one shard borrows of a counter until then, its first loan left out. */
function usedUp(
	one: Omit<Borrower, "others"> & { period: number },
	until: number,
): { asks: number; granted: number } {
	const { rate, lost, period, shardCount } = one;
	const counted = (seconds: number) => -Math.expm1(-rate * seconds);
	const others = Math.max(1, shardCount * counted(period));
	const first = counted(Math.min(period, until));
	const sum = { asks: -first, granted: -first };
	const periods = period < Infinity ? until / period : 1;
	let last: number | undefined;
	for (let n = 0; n < periods; ) {
		// Each is hardly unlike the one before: of later ones one stands for several.
		const alike = Math.min(Math.max(1, Math.floor(n / 8)), periods - n);
		const counts = rate * Math.min(period, until);
		const loans = borrowed({ ...one, others }, counts, firstSize(lost, last));
		sum.asks += alike * loans.asks;
		sum.granted += alike * loans.granted;
		const next = loans.last + Math.exp(-counts) * (last ?? 0);
		last = last === undefined ? next : last + alike * (next - last);
		n += alike;
	}
	return sum;
}

/**
 * Finds the counts that bounds leave to a counter in each period. Of totals nobody
 * knows where they stand: they are taken to be far from their bounds.
 */
function roomOf({ total, increment }: Thresholds): Borrower["room"] {
	const { min, max, per } = total ?? {};
	const bound = increment.max > 0 ? max : min;
	if (bound === undefined) return undefined;
	// A bound of 0 is for counters that have one of their own.
	return per && bound !== 0 ? Math.abs(bound) : Infinity;
}

/**
 * Finds the chance that a shard has lost a loan by the next count of its counter.
 *
 * An object that is idle for ten seconds loses its memory. A request is followed by
 * that with the chance e^(−10 · rate), if nothing else is to be done. An open batch
 * rings its alarm before. A batch that a timer sends has 1 + rate · timer requests;
 * the first of them waits for all of the timer, and the others are anywhere in it:
 * on average e^(−10 · rate) ÷ (1 + rate · timer) is left. A counter has the part p of
 * the requests: of those since it was counted, one or more have been followed by
 * that with the chance e ÷ (p + e − p · e).
 *
 * A shard has 20,000 loans open, and closes the one that was granted first. With
 * more counters each loan lasts for the same time t, and a count that comes later
 * asks anew: of a counter with the rate λ it is λ·t ÷ (1 + λ·t) of the time open.
 */
function lostOf(
	{ shardCount, shardMinRequestToGlobal, shardWriteToGlobalAfter }: Thresholds,
	{ rate, batch }: Load,
	spread: Spread,
): (share: number) => number {
	const each = rate / shardCount;
	const timer =
		shardMinRequestToGlobal === 1 ? 0 : shardWriteToGlobalAfter / 1_000;
	const idle =
		(Math.exp(-IDLE_S * each) *
			(1 +
				each * Math.max(0, timer - IDLE_S) +
				(timer > IDLE_S ? -Math.expm1(-IDLE_S * each) : 0))) /
		(1 + each * timer);
	const openS = openSeconds(each * batch, spread);
	return (share) => {
		const part = Math.min(1, batch * share);
		const forgotten = idle / (part + idle - part * idle);
		const closed = 1 / (1 + each * batch * share * openS);
		const either = 1 - (1 - forgotten) * (1 - closed);
		return either < LEAST_CHANCE ? 0 : either;
	};
}

/** Finds for how long a loan stays open; infinite if there is room for all. */
function openSeconds(counts: number, spread: Spread): number {
	if (spread.counters <= MAX_OPEN_LOANS) return Infinity;
	const open = (seconds: number) =>
		spread.groups.reduce((sum, { size, share }) => {
			const expected = counts * share * seconds;
			return sum + (size * expected) / (1 + expected);
		}, 0);
	let [low, high] = [0, 1];
	while (open(high) < MAX_OPEN_LOANS) high *= 2;
	for (let n = 0; n < 40; n++) {
		const middle = (low + high) / 2;
		if (open(middle) < MAX_OPEN_LOANS) low = middle;
		else high = middle;
	}
	return high;
}

/**
 * Counts the rows that one shard writes, a second, for names of their own: past a
 * thousand of them its sums go there. A flush brings many at once, on average half of
 * them too many.
 */
function foldedRows(
	{ requests, perSecond }: Flushes,
	batch: number,
	spread: Spread,
): number {
	const enough = spread.increments(MAX_RECENT_NAMES);
	if (enough === Infinity) return 0;
	const every = Math.max(1, enough / (requests * batch) + 0.5);
	return (perSecond * spread.distinct(every * requests * batch)) / every;
}
