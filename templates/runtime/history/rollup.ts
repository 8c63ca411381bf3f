import { compareNames } from "../names.ts";
import type { Database, Remember } from "../object/database.ts";
import type { Bounds } from "./bounds.ts";
import { type BucketStorage, blockOf } from "./bucket-storage.ts";
import type { HistoryUnit } from "./contract.ts";
import { type Level, type Levels, UNITS } from "./levels.ts";
import type { Recent, SumItem } from "./recent.ts";
import { SLOT_MS } from "./slots.ts";

/** Counters whose bucket is summed up in a step, and rows deleted in one. */
const STEP_ROWS = 2_000;

/** Sums up and deletes what is due of it, a bounded part at a time. */
export class Rollup {
	readonly #database: Database;
	readonly #levels: Levels;
	readonly #buckets: BucketStorage;
	readonly #recent: Recent;
	readonly #bounds: Bounds;
	/** The last counter of a bucket whose sum is written; by level. */
	readonly #done = new Map<number, string>();
	/** Levels that may have rows to delete. */
	readonly #deleting: Set<number>;

	constructor(
		database: Database,
		levels: Levels,
		buckets: BucketStorage,
		recent: Recent,
		bounds: Bounds,
	) {
		this.#database = database;
		this.#levels = levels;
		this.#buckets = buckets;
		this.#recent = recent;
		this.#bounds = bounds;
		this.#deleting = new Set(levels.all.map(({ level }) => level));
	}

	/** Begins anew with a bucket that is summed up in part: finer ones have changed. */
	startOver(): void {
		this.#done.clear();
	}

	/**
	 * Does one step; false if nothing is due.
	 *
	 * @param low slot before which nothing is added any more
	 * @param agreed slot that it is at the least: what is older than its retention goes
	 * @param settle makes `low` durable; called in the transaction that relies on it
	 */
	step(low: number, agreed: number, settle: () => Remember): boolean {
		const { all } = this.#levels;
		return (
			all.slice(1).some((level) => this.#sum(level, low, settle)) ||
			all.some((level) => this.#prune(level, agreed))
		);
	}

	/** Writes a coarser bucket, as the sum of finer ones, once nothing is added to these. */
	#sum(level: Level, low: number, settle: () => Remember): boolean {
		const finer = this.#levels.below(level);
		const from = level.summed;
		const to = this.#endOf(level);
		if (low < to || (finer.level > 0 && finer.summed < to)) return false;
		const after = this.#done.get(level.level) ?? "";
		const recent = finer.level === 0 ? this.#recent.within(from, to) : [];
		const last = this.#lastOf(finer, from, to, after, recent);
		const remember = this.#database.transactionSync(() => {
			const items = [
				...recent.filter(
					([, name]) =>
						compareNames(name, after) > 0 &&
						(last === undefined || compareNames(name, last) <= 0),
				),
				...this.#buckets.within(finer.level, from, to, after, last),
			];
			this.#buckets.put(level.level, sumsAt(from, items));
			if (last !== undefined) return [];
			return [settle(), this.#levels.write({ ...level, summed: to })];
		});
		for (const one of remember) one();
		if (last === undefined) this.#done.delete(level.level);
		else this.#done.set(level.level, last);
		return true;
	}

	/** The last counter of the next step; undefined if it has all that are left. */
	#lastOf(
		{ level }: Level,
		from: number,
		to: number,
		after: string,
		recent: readonly SumItem[],
	): string | undefined {
		const names = new Set(
			this.#buckets.names(level, from, to, after, STEP_ROWS + 1),
		);
		for (const [, name] of recent)
			if (compareNames(name, after) > 0) names.add(name);
		if (names.size <= STEP_ROWS) return undefined;
		return [...names].sort(compareNames)[STEP_ROWS - 1];
	}

	/** Deletes rows past their retention, of which nothing is to be summed any more. */
	#prune(level: Level, agreed: number): boolean {
		const until = Math.min(
			this.#levels.free(level),
			agreed - this.#levels.retention(level),
		);
		const pruned = Math.max(level.pruned, blockOf(level.level, until));
		if (pruned > level.pruned) {
			// Noted first: what is deleted in part is not answered.
			this.#levels.write({ ...level, pruned })();
			this.#deleting.add(level.level);
		}
		if (!this.#deleting.has(level.level)) return false;
		const block = blockOf(level.level, pruned);
		if (this.#buckets.deleteBefore(level.level, block, STEP_ROWS) > 0)
			return true;
		this.#deleting.delete(level.level);
		return false;
	}

	/** Finds where the bucket ends that is summed up next. */
	#endOf({ level, summed }: Level): number {
		const unit = UNITS[level] as HistoryUnit;
		return this.#bounds.after(unit, summed * SLOT_MS) / SLOT_MS;
	}
}

/** Adds up sums by counter, in the bucket that begins with a slot. */
function sumsAt(slot: number, items: readonly SumItem[]): SumItem[] {
	const sums = new Map<string, number>();
	for (const [, name, sum] of items)
		sums.set(name, (sums.get(name) ?? 0) + sum);
	return [...sums].map(([name, sum]) => [slot, name, sum]);
}
