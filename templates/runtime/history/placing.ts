import { type Amount, NO_SLOT, type SlotItem, volumeOf } from "../protocol.ts";
import type { Bounds } from "./bounds.ts";
import { type Level, type Levels, NEVER, UNITS } from "./levels.ts";
import type { Marks } from "./marks.ts";
import type { SumItem } from "./recent.ts";
import { type bySlot, SLOT_MS, slotOf } from "./slots.ts";

/** Entries and the slot that they were stamped with. */
export type Part = ReturnType<typeof bySlot>[number];

/** An amount that was counted elsewhere, and has its bucket here. */
export interface Elsewhere {
	name: string;
	value: number;
	/** The finest kind of buckets that has it. */
	level: number;
	/** Slot in that bucket. */
	slot: number;
	/** Rows that must have it, by level: what is summed up is not summed up again. */
	rows: readonly (readonly [level: number, slot: number])[];
}

/** Where entries belong: in slots, or in rows of buckets that are over. */
export interface Placement {
	slots: (readonly [slot: number, Amount[]])[];
	elsewhere: Elsewhere[];
}

/** Buckets that are remembered: 1 MB. */
const MAX_REMEMBERED = 10_000;

/** Decides to which buckets counts belong. */
export class Placing {
	readonly #levels: Levels;
	readonly #bounds: Bounds;
	readonly #marks: Marks;
	readonly #width: number;
	/** Buckets by level and a slot in them: an import has many of each. */
	readonly #buckets = new Map<string, { start: number; end: number }>();
	/** Slot in which history began: buckets that ended before it had nothing. */
	began: number;

	/** @param width slots from one that is used to the next */
	constructor(
		levels: Levels,
		bounds: Bounds,
		marks: Marks,
		width: number,
		began: number,
	) {
		this.#levels = levels;
		this.#bounds = bounds;
		this.#marks = marks;
		this.#width = width;
		this.began = began;
	}

	/** Finds where parts of a batch, or of what a shard holds, belong. */
	of(parts: readonly Part[], now: number): Placement {
		const clock = slotOf(now, this.#width);
		const slots = new Map<number, Amount[]>();
		const elsewhere: Elsewhere[] = [];
		const add = (slot: number, entries: readonly Amount[]) =>
			slots.set(slot, [...(slots.get(slot) ?? []), ...entries]);
		for (const [slot, entries] of parts) {
			if (slot !== NO_SLOT) {
				add(this.#slotOf(slot, clock), entries);
				continue;
			}
			for (const amount of entries) {
				const [name, value] = amount;
				const found = this.#bucketOf(amount, clock);
				if (typeof found === "number") add(found, [[name, value]]);
				else if (found) elsewhere.push(found);
			}
		}
		return { slots: [...slots], elsewhere };
	}

	/** Adds up what comes once nothing is added to its slot any more. */
	lateOf(parts: readonly Part[]): number {
		const { low } = this.#marks;
		const late = parts.filter(
			([slot = low]) => slot !== NO_SLOT && slot + this.#width <= low,
		);
		return late.reduce((sum, [, entries]) => sum + volumeOf(entries), 0);
	}

	/** Finds the slot of entries: theirs, if something may be added there. */
	#slotOf(slot: number | undefined, clock: number): number {
		const { low } = this.#marks;
		const isAhead = slot === undefined || slot > clock + this.#width;
		const stamped = isAhead ? clock : slot - (slot % this.#width);
		return Math.max(stamped, low);
	}

	/**
	 * Finds the bucket that an amount names, if it may be added there: to one that is
	 * open, or had ended when history began. All that are kept of that moment must
	 * take it; else it counts toward the total alone.
	 *
	 * @returns a slot of it, if nothing of it is summed up yet
	 */
	#bucketOf(
		[name, value, from, at]: Amount,
		clock: number,
	): number | Elsewhere | undefined {
		if (from === undefined || at === undefined) return undefined;
		const { low } = this.#marks;
		const buckets = this.#bucketsOf(from, at);
		const [finest] = buckets;
		if (!finest || finest.start > clock) return undefined;
		if (buckets.some(({ end }) => end > this.began && end <= low))
			return undefined;
		const isWritten = ({ level, start }: (typeof buckets)[number]) =>
			level.level > 0 && start < level.summed;
		if (!buckets.some(isWritten))
			return finest.level.level === 0
				? finest.start
				: Math.max(finest.start, low);
		const rows = buckets
			.filter((one) => one === finest || isWritten(one))
			.filter(
				({ level, start }) => start >= Math.max(level.since, level.pruned),
			)
			.map(({ level, start }) => [level.level, start] as const);
		return { name, value, level: finest.level.level, slot: finest.start, rows };
	}

	/** Lists the buckets of a moment, from fine to coarse, whose kinds are kept. */
	#bucketsOf(
		from: number,
		at: number,
	): { level: Level; start: number; end: number }[] {
		return this.#levels.all
			.filter(({ level, since }) => level >= from && since !== NEVER)
			.map((level) => ({ level, ...this.#bucketAt(level, at) }));
	}

	#bucketAt({ level }: Level, at: number): { start: number; end: number } {
		const key = `${level} ${at}`;
		const known = this.#buckets.get(key);
		if (known) return known;
		const unit = UNITS[level] ?? "day";
		const start = this.#bounds.start(unit, at * SLOT_MS);
		const end = this.#bounds.after(unit, start);
		const found = { start: start / SLOT_MS, end: end / SLOT_MS };
		if (this.#buckets.size >= MAX_REMEMBERED) this.#buckets.clear();
		this.#buckets.set(key, found);
		return found;
	}
}

/** Lists the rows that have what was counted elsewhere; by level. */
export function rowsOf(
	elsewhere: readonly Elsewhere[],
): Map<number, SumItem[]> {
	const levels = new Map<number, SumItem[]>();
	for (const { name, value, rows } of elsewhere)
		for (const [level, slot] of rows) {
			const items = levels.get(level) ?? [];
			levels.set(level, items);
			items.push([slot, name, value]);
		}
	return levels;
}

/** Lists entries one by one, each with its slot. */
export function itemsOf({ slots }: Placement): SumItem[] {
	return slots.flatMap(([slot, entries]) =>
		entries.map(([name, value]): SumItem => [slot, name, value]),
	);
}

/** Tells whether items say of some entries that they are in no slot. */
export function hasSlotless(items: readonly SlotItem[]): boolean {
	return items.some(([slot]) => slot === NO_SLOT);
}
