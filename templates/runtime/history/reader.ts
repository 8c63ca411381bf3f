import { compareNames } from "../names.ts";
import { invalid, type Refusal } from "../problem.ts";
import type { Bounds } from "./bounds.ts";
import type { BucketStorage } from "./bucket-storage.ts";
import {
	type Buckets,
	type BucketTop,
	type CounterHistory,
	type HistoryQuestion,
	type HistoryRange,
	type HistoryUnit,
	MAX_POINTS,
	type TopQuestion,
} from "./contract.ts";
import { type Level, type Levels, UNITS } from "./levels.ts";
import type { Pending } from "./pending.ts";
import type { Recent, SumItem } from "./recent.ts";
import { SLOT_MS } from "./slots.ts";

/** State that a read goes by. */
interface Moment {
	/** Milliseconds since 1970. */
	now: number;
	/** Slot before which nothing is added any more, durably. */
	settled: number;
	/** The last slot that may have something. */
	latest: number;
	/** Counts that are not in the totals yet. */
	pending: Pending;
}

/** Reads buckets: rows of those that are written, and sums of finer ones for the rest. */
export class Reader {
	readonly #levels: Levels;
	readonly #buckets: BucketStorage;
	readonly #recent: Recent;
	readonly #bounds: Bounds;
	readonly #timeZone: string;

	constructor(
		levels: Levels,
		buckets: BucketStorage,
		recent: Recent,
		bounds: Bounds,
		timeZone: string,
	) {
		this.#levels = levels;
		this.#buckets = buckets;
		this.#recent = recent;
		this.#bounds = bounds;
		this.#timeZone = timeZone;
	}

	read(
		{ counter, by, range }: HistoryQuestion,
		moment: Moment,
	): CounterHistory | Refusal {
		const level = this.#levels.of(by);
		if (!level) return this.#notKept(by);
		const starts = this.#starts(by, range, level, moment);
		if (typeof starts === "string") return refused(starts);
		const sums = this.#sums(counter, level, starts, moment.pending);
		return {
			counter,
			by,
			timeZone: this.#timeZone,
			asOf: moment.now,
			points: starts.map(([start, end], n) => ({
				start,
				value: sums[n] ?? 0,
				final: end <= moment.settled * SLOT_MS,
			})),
		};
	}

	/**
	 * Reads all buckets that have something, counter by counter.
	 *
	 * @param latest the last slot that may have something
	 */
	all(latest: number): (name: string, pending: Pending) => Buckets {
		const kept = UNITS.flatMap((unit) => {
			const level = this.#levels.of(unit);
			return level ? [{ unit, level }] : [];
		});
		const blocks = new Map<number, readonly number[]>();
		const blocksOf = (level: number) => {
			const found = blocks.get(level) ?? this.#buckets.blocks(level);
			blocks.set(level, found);
			return found;
		};
		return (name, pending) => {
			const buckets: Buckets = {};
			for (const { unit, level } of kept) {
				const first = Math.max(level.since, level.pruned);
				const sums = this.#slotSums(
					name,
					level,
					first,
					latest + 1,
					pending,
					blocksOf,
				);
				buckets[unit] = this.#grouped(unit, sums);
			}
			return buckets;
		};
	}

	/** Adds up by bucket what is sorted by slot; the first slot of a bucket may be later. */
	#grouped(
		unit: HistoryUnit,
		sums: readonly (readonly [slot: number, sum: number])[],
	): [start: number, value: number][] {
		const grouped: [number, number][] = [];
		let end = 0;
		for (const [slot, sum] of sums) {
			const at = slot * SLOT_MS;
			if (at >= end) {
				const start = this.#bounds.start(unit, at);
				end = this.#bounds.after(unit, start);
				grouped.push([start, 0]);
			}
			const last = grouped.at(-1);
			if (last) last[1] += sum;
		}
		return grouped;
	}

	/** Answers which counters were counted most in a bucket. */
	top({ by, at, limit }: TopQuestion, now: number): BucketTop | Refusal {
		const level = this.#levels.of(by);
		if (!level) return this.#notKept(by);
		const start = this.#bounds.start(by, at ?? now);
		if (start < Math.max(level.since, level.pruned) * SLOT_MS)
			return refused(`That ${by} is no longer kept: ask for a later one`);
		const end = this.#bounds.after(by, start);
		const sums = this.#sumsOfAll(level, start / SLOT_MS, end / SLOT_MS);
		const top = [...sums]
			.filter(([, sum]) => sum !== 0)
			.sort(([a, x], [b, y]) => y - x || compareNames(a, b))
			.slice(0, limit);
		return { by, timeZone: this.#timeZone, asOf: now, start, top };
	}

	/** Tells whether an answer has a bucket that has ended and is not final. */
	hasEnded({ by, points }: CounterHistory, now: number): boolean {
		const open = points.find(({ final }) => !final);
		return open !== undefined && this.#bounds.after(by, open.start) <= now;
	}

	#notKept(by: HistoryUnit): Refusal {
		const kept = UNITS.filter((unit) => this.#levels.of(unit)).join(" or ");
		return refused(
			`\`history\` of this namespace in counters.yaml keeps nothing by ${by}: ask by ${kept}`,
		);
	}

	/** Finds where buckets begin and end; says so if the question is not one. */
	#starts(
		by: HistoryUnit,
		range: HistoryRange,
		{ since, pruned }: Level,
		{ now, settled, latest }: Moment,
	): [start: number, end: number][] | string {
		const bounds = this.#bounds;
		const first = Math.max(since, pruned) * SLOT_MS;
		const found: [number, number][] = [];
		if ("last" in range) {
			if (!(range.last >= 1 && range.last <= MAX_POINTS))
				return `An answer has 1 to ${MAX_POINTS} points`;
			let start = bounds.start(by, Math.max(now, settled * SLOT_MS));
			let end = bounds.after(by, start);
			while (found.length < range.last && start >= first) {
				found.push([start, end]);
				end = start;
				start = bounds.before(by, start);
			}
			return found.reverse();
		}
		const { from, to } = range;
		if (!(from < to)) return "`from` must be before `to`";
		const last = Math.min(to, latest * SLOT_MS + 1);
		let start = bounds.start(by, Math.max(from, first));
		if (start < first) start = bounds.end(by, start);
		while (start < last) {
			if (found.length === MAX_POINTS)
				return `An answer has at most ${MAX_POINTS} points: ask for fewer, or by larger ones`;
			const end = bounds.after(by, start);
			found.push([start, end]);
			start = end;
		}
		return found;
	}

	/** Adds up by counter what was counted from a slot up to, but not including, another. */
	#sumsOfAll(level: Level, from: number, to: number): Map<string, number> {
		const sums = new Map<string, number>();
		const add = (items: readonly SumItem[]) => {
			for (const [, name, sum] of items)
				sums.set(name, (sums.get(name) ?? 0) + sum);
		};
		const addRows = (at: number, rest: number, end: number) =>
			add(this.#buckets.within(at, rest, end, "", undefined));
		const rest = this.#coarseToFine(level, from, to, addRows);
		add(this.#recent.within(rest, to));
		return sums;
	}

	/**
	 * Goes through the rows of all levels, from coarse to fine: each has what the one
	 * before has not yet.
	 *
	 * @returns the slot from which what is in no row counts
	 */
	#coarseToFine(
		level: Level,
		from: number,
		to: number,
		addRows: (level: number, from: number, to: number) => void,
	): number {
		let rest = from;
		for (let one = level; one.level > 0; one = this.#levels.below(one)) {
			const end = Math.min(to, one.summed);
			addRows(one.level, rest, end);
			rest = Math.max(rest, end);
		}
		addRows(0, rest, to);
		return rest;
	}

	/** Reads the sums of buckets that follow each other. */
	#sums(
		name: string,
		level: Level,
		buckets: readonly [start: number, end: number][],
		pending: Pending,
	): number[] {
		const from = (buckets[0]?.[0] ?? 0) / SLOT_MS;
		const to = (buckets.at(-1)?.[1] ?? 0) / SLOT_MS;
		const sorted = this.#slotSums(name, level, from, to, pending);
		let next = 0;
		return buckets.map(([, end]) => {
			let value = 0;
			for (; (sorted[next]?.[0] ?? Infinity) < end / SLOT_MS; next++)
				value += sorted[next]?.[1] ?? 0;
			return value;
		});
	}

	/**
	 * Reads what a counter has from a slot on, in their order.
	 *
	 * @param blocksOf the blocks of a level that have rows, if it is known
	 */
	#slotSums(
		name: string,
		level: Level,
		from: number,
		to: number,
		pending: Pending,
		blocksOf?: (level: number) => readonly number[],
	): [slot: number, sum: number][] {
		const sums = new Map<number, number>();
		const add = (slot: number, sum: number) =>
			sums.set(slot, (sums.get(slot) ?? 0) + sum);
		const rest = this.#coarseToFine(level, from, to, (at, rest, end) => {
			const rows = this.#buckets.of(at, name, rest, end, blocksOf?.(at));
			for (const [slot, sum] of rows) add(slot, sum);
		});
		for (const [slot, sum] of [...this.#recent.of(name), ...pending.slots])
			if (slot >= rest) add(slot, sum);
		for (const [at, slot, sum] of pending.elsewhere)
			if (at <= level.level && slot >= from) add(slot, sum);
		return [...sums].sort(([a], [b]) => a - b);
	}
}

function refused(detail: string): Refusal {
	return { problem: invalid("invalid-history", detail).problem };
}
