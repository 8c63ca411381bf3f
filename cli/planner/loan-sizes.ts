import { hasCome } from "./gamma.ts";

/** Size of a first loan besides what it is for: bounds/account.ts. */
const FIRST_LOAN = 8;

/** A loan that was used up within so many seconds is followed by one of four times its size: bounds/open-loan.ts. */
const SHORT_S = 10;
const GROWTH = 4;

/** Part of a bound below which loans are for a single count: bounds/account.ts. */
const RESERVED = 0.1;

/** Chances below this are left out. */
const LEAST_CHANCE = 0.001;

/** A shard that counts a counter. */
export interface Borrower {
	/** Counts a second. */
	rate: number;
	/** Chance that the shard has lost its loan by the next count. */
	lost: number;
	/** Counts that the bound leaves to all shards; undefined where there is none. */
	room: number | undefined;
	/** Shards that borrow, and those there are. */
	others: number;
	shardCount: number;
}

/** Loans of a counter's generation to one shard. */
export interface Borrowed {
	/** Times that it asks since a loan was used up, or for the first. */
	asks: number;
	/** Asks that are granted. */
	granted: number;
	/** Size of the last loan, on average. */
	last: number;
}

/**
 * Follows the loans of one shard and counter. A loan of `size` lasts for as many
 * counts, the one that asks for it included; the next one is for one count more or,
 * if it lasted less than ten seconds, for four times as many and one: with chances
 * between 0 and 1 both are followed. If the shard has lost its memory meanwhile, it
 * takes all that it was ever lent for the last loan.
 *
 * None is larger than half of what is left, divided by the shards. All others have
 * borrowed as much, half of them since. Once less than a tenth is left, each count
 * asks; once nothing is, in vain.
 *
 * @param counts in this generation, on average: they are Poisson
 * @param first size of the first loan
 */
export function borrowed(
	{ rate, lost, room, others, shardCount }: Borrower,
	counts: number,
	first: number,
): Borrowed {
	const once = isPast(0, counts);
	if (room === undefined) return { asks: once, granted: once, last: 0 };
	const all = { asks: 0, granted: 0, last: 0 };
	const end = room / others;
	const capped = (size: number, used: number) => {
		if (room === Infinity) return size;
		const left = room - 1 - others * used;
		const most = 0.5 + left / (2 * shardCount);
		return Math.min(size, most / (1 + (others - 1) / (4 * shardCount)));
	};
	const follow = (from: number, wanted: number, weight: number): void => {
		let used = from;
		let size = wanted;
		let part = weight;
		for (;;) {
			const chance = part * isPast(used, counts);
			if (chance < LEAST_CHANCE) return;
			if (room - others * used < RESERVED * room) {
				all.asks += part * meanPast(used, counts);
				all.granted += part * (meanPast(used, counts) - meanPast(end, counts));
				all.last += chance;
				return;
			}
			size = Math.max(1, capped(size, used));
			all.asks += chance;
			all.granted += chance;
			used += size;
			all.last += size * (chance - part * isPast(used, counts));
			const isLost = 1 - (1 - lost) ** size;
			const short = isShort(size, rate);
			const next = (times: number) =>
				1 + (1 - isLost) * times * size + isLost * times * (used - from);
			if (short > LEAST_CHANCE && short < 1 - LEAST_CHANCE)
				follow(used, next(GROWTH), part * short);
			if (short >= 1 - LEAST_CHANCE) size = next(GROWTH);
			else {
				part *= 1 - short;
				size = next(1);
			}
			if (short > 0 || lost > 0) continue;
			// From here on each is one count larger: n of them are n · size + n · (n − 1) ÷ 2.
			const sure = Math.min(counts - far(counts), end / 2) - used;
			if (sure <= 0) continue;
			const half = size - 0.5;
			const n = Math.floor(Math.sqrt(half ** 2 + 2 * sure) - half);
			const after = used + n * size + (n * (n - 1)) / 2;
			if (capped(size + n, after) < size + n) continue;
			all.asks += part * n;
			all.granted += part * n;
			used = after;
			size += n;
		}
	};
	follow(0, first, 1);
	return all;
}

/** Size of a first loan, or of the first of a period after one of another. */
export function firstSize(lost: number, last: number | undefined): number {
	const anew = 1 + FIRST_LOAN;
	return last === undefined ? anew : lost * anew + (1 - lost) * (1 + last);
}

/** Tells with which chance more than so many counts come. */
function isPast(used: number, counts: number): number {
	const n = used + 1;
	if (n < counts - far(counts)) return 1;
	if (n > counts + far(counts)) return 0;
	return hasCome(n, counts);
}

/** Finds how far from their mean counts hardly ever are. */
function far(counts: number): number {
	return 5 * Math.sqrt(counts) + 8;
}

/** Mean number of the counts past so many. */
function meanPast(used: number, counts: number): number {
	if (used < counts - far(counts)) return counts - used;
	if (used > counts + far(counts)) return 0;
	return counts * hasCome(used, counts) - used * hasCome(used + 1, counts);
}

/** Tells with which chance a loan is used up too soon. */
function isShort(size: number, rate: number): number {
	return isPast(size - 1, SHORT_S * rate);
}
