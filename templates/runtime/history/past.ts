import type { Database, Remember } from "../object/database.ts";
import type { Refusal } from "../problem.ts";
import type { Batch, Entry, SlotItem } from "../protocol.ts";
import { Bounds } from "./bounds.ts";
import { BucketStorage } from "./bucket-storage.ts";
import type {
	Buckets,
	BucketTop,
	CounterHistory,
	HistoryQuestion,
	Kept,
	Missing,
	Past,
	PastHost,
	PastReads,
	Placed,
	TopQuestion,
} from "./contract.ts";
import { Levels, readEras } from "./levels.ts";
import { Marks } from "./marks.ts";
import { type Pending, pendingOf } from "./pending.ts";
import { hasSlotless, itemsOf, Placing, rowsOf } from "./placing.ts";
import { Reader } from "./reader.ts";
import { type KnownPast, ReadsOfPast } from "./reads.ts";
import { Recent, type SumItem } from "./recent.ts";
import { Rollup } from "./rollup.ts";
import { bySlot, slotOf } from "./slots.ts";

/** A shard that is silent holds buckets back no longer than so many slots: two days. */
const MAX_HOLD_SLOTS = 2 * 1_440;

type Row = { began: number; mark: number; late: number };

/**
 * Places what shards count into buckets: where they stamped it, unless nothing is
 * added there any more. So buckets add up to the totals, and a final one stays as it
 * is.
 */
export class PastOfCounters implements Past, KnownPast {
	readonly timeZone: string;
	readonly #sql: SqlStorage;
	/** Slots from one that is used to the next. */
	readonly #width: number;
	readonly #buckets: BucketStorage;
	readonly #recent = new Recent();
	readonly #levels: Levels;
	readonly #marks: Marks;
	readonly #bounds: Bounds;
	readonly #placing: Placing;
	readonly #reader: Reader;
	readonly #rollup: Rollup;
	/** The lowest mark as it is on disk. */
	#settled: number;
	#late: number;
	/** Slot in which silent shards were asked last. */
	#askedIn = -1;

	constructor(
		database: Database,
		kept: Kept,
		{ timeZone, width, now }: { timeZone: string; width: number; now: number },
	) {
		this.timeZone = timeZone;
		this.#sql = database.sql;
		this.#width = width;
		this.#buckets = new BucketStorage(database);
		const clock = slotOf(now, width);
		const { row, bounds, levels } = database.transactionSync(() => {
			const row = this.#row(clock);
			const since = Math.max(clock, row.mark);
			const bounds = new Bounds(readEras(database, timeZone, since));
			const at = { began: row.began, clock: since };
			const levels = new Levels(database, kept, this.#buckets, bounds, at);
			return { row, bounds, levels };
		});
		this.#settled = row.mark;
		this.#late = row.late;
		this.#levels = levels;
		const finest = kept.minute ?? kept.hour ?? kept.day ?? 0;
		const hold = Math.min(MAX_HOLD_SLOTS, slotOf(finest, 1));
		this.#marks = new Marks(row.mark, hold);
		this.#bounds = bounds;
		this.#placing = new Placing(levels, bounds, this.#marks, width, row.began);
		this.#reader = new Reader(
			levels,
			this.#buckets,
			this.#recent,
			bounds,
			timeZone,
		);
		this.#rollup = new Rollup(
			database,
			levels,
			this.#buckets,
			this.#recent,
			bounds,
		);
	}

	get pairs(): number {
		return this.#recent.pairs;
	}

	get late(): number {
		return this.#late;
	}

	load(entries: readonly Entry[], items: readonly SlotItem[]): void {
		for (const [slot, name, value] of items)
			this.#recent.add(
				slot,
				name === undefined || value === undefined ? entries : [[name, value]],
			);
	}

	left(): readonly SumItem[] {
		return this.#recent.within(0, Infinity);
	}

	place(batch: Batch, now: number): Placed {
		const { shard, entries, slots = [], mark } = batch;
		const parts = bySlot(entries, slots);
		const placed = this.#placing.of(parts, now);
		const late = this.#placing.lateOf(parts);
		if (late > 0)
			this.#sql.exec("UPDATE history SET late = ?", this.#late + late);
		for (const [level, items] of rowsOf(placed.elsewhere))
			this.#buckets.add(level, items);
		const [only, ...others] = placed.slots;
		const isImport = hasSlotless(slots);
		const isWhole = others.length === 0 && !isImport;
		return {
			items: only && isWhole ? [[only[0]]] : itemsOf(placed),
			left: () => [...this.left(), ...itemsOf(placed)],
			remember: () => {
				for (const [slot, part] of placed.slots) this.#recent.add(slot, part);
				if (isImport) this.#rollup.startOver();
				this.#late += late;
				this.heard(shard, mark);
			},
		};
	}

	evict(): Placed {
		const pruned = this.#levels.all[0]?.pruned ?? 0;
		const items = this.#recent.within(pruned, Infinity);
		const closed = items.filter(([slot]) => slot < this.#marks.low);
		// All of them, if closed ones alone make too little room.
		const moved = closed.length >= items.length / 5 ? closed : items;
		this.#buckets.add(0, moved);
		const left =
			moved === items ? [] : items.filter(([slot]) => slot >= this.#marks.low);
		return this.#leaving(left);
	}

	reset(name: string | undefined): Placed {
		if (name === undefined) return this.#resetAll();
		this.#buckets.forget(name);
		return this.#leaving(this.left().filter(([, one]) => one !== name));
	}

	/** Has history begin anew: what was before may be imported. */
	#resetAll(): Placed {
		const { low } = this.#marks;
		this.#buckets.forgetAll();
		this.#sql.exec("UPDATE history SET began = ?", low);
		const remember = this.#levels.beginAgain(this.#bounds, low);
		const left = this.#leaving([]);
		return {
			...left,
			remember: () => {
				left.remember();
				remember();
				this.#placing.began = low;
				this.#rollup.startOver();
			},
		};
	}

	markAt(now: number): number {
		return slotOf(now, this.#width);
	}

	heard(shard: number, mark: number | undefined): void {
		this.#marks.heard(shard, mark);
	}

	leaveOut(shard: number): void {
		this.#marks.leaveOut(shard);
	}

	read(
		question: HistoryQuestion,
		shards: readonly number[],
		now: number,
		missing: readonly Missing[] = [],
	): CounterHistory | Refusal {
		this.#marks.advance(this.markAt(now), shards);
		try {
			this.#settle()();
		} catch {
			// A disk that is full takes no mark: then less is final.
		}
		return this.#reader.read(question, {
			now,
			settled: this.#settled,
			latest: this.#latest(now),
			pending: this.#pending(missing, now)(question.counter),
		});
	}

	buckets(now: number, missing: readonly Missing[]): (name: string) => Buckets {
		const pending = this.#pending(missing, now);
		const bucketsOf = this.#reader.all(this.#latest(now));
		return (name) => bucketsOf(name, pending(name));
	}

	/** Places what shards hold. */
	#pending(
		missing: readonly Missing[],
		now: number,
	): (name: string) => Pending {
		const parts = missing.flatMap(({ entries, slots }) =>
			bySlot(entries, slots),
		);
		return pendingOf(this.#placing.of(parts, now));
	}

	top(question: TopQuestion, now: number): BucketTop | Refusal {
		return this.#reader.top(question, now);
	}

	silent(
		answer: CounterHistory,
		shards: readonly number[],
		now: number,
	): number[] {
		const clock = this.markAt(now);
		if (this.#askedIn === clock || !this.#reader.hasEnded(answer, now))
			return [];
		this.#askedIn = clock;
		return this.#marks.before(clock, shards);
	}

	step(shards: readonly number[], now: number): boolean {
		const clock = this.markAt(now);
		this.#marks.advance(clock, shards);
		const { low } = this.#marks;
		return this.#rollup.step(low, this.#marks.agreed(clock), () =>
			this.#settle(),
		);
	}

	reads(host: PastHost): PastReads {
		return new ReadsOfPast(this, host);
	}

	/** Finds the last slot that may have something: clocks may have been ahead. */
	#latest(now: number): number {
		return Math.max(
			this.markAt(now) + this.#width,
			this.#marks.low,
			this.#recent.latest,
			this.#buckets.end(0) - 1,
		);
	}

	#leaving(left: readonly SumItem[]): Placed {
		return {
			items: left,
			left: () => left,
			remember: () => this.#recent.replace(left),
		};
	}

	/** Makes the lowest mark durable: from then on buckets before it may be called final. */
	#settle(): Remember {
		const { low } = this.#marks;
		if (low <= this.#settled) return () => {};
		this.#sql.exec("UPDATE history SET mark = ?", low);
		return () => {
			this.#settled = low;
		};
	}

	#row(clock: number): Row {
		const find = () =>
			this.#sql.exec<Row>("SELECT began, mark, late FROM history").toArray();
		const [row] = find();
		if (row) return row;
		this.#sql.exec(
			"INSERT INTO history (id, began, mark, late) VALUES (0, ?1, ?1, 0)",
			clock,
		);
		return find()[0] as Row;
	}
}
