import { within } from "../names.ts";
import {
	type Amount,
	addUp,
	entrySizeOf,
	MAX_BATCH_CHARACTERS,
	type NameChoice,
	NO_SLOT,
	type SlotItem,
} from "../protocol.ts";
import type { BatchSlots, Stamps } from "./contract.ts";
import { slotOf } from "./slots.ts";

/** Past this size a batch opens no new slot: counts outrank minutes. */
const MAX_SIZE_FOR_NEW_SLOT = MAX_BATCH_CHARACTERS / 2;

/** Bounds the characters that a slot has in a message, with what holds it. */
const SLOT_CHARACTERS = 12;

/** Stamps commits by the shard's clock, which may step back: its marks never do. */
export class ShardStamps implements Stamps {
	readonly #width: number;
	#told = 0;

	/** @param width slots from one that is used to the next */
	constructor(width: number) {
		this.#width = width;
	}

	begin(since: number): BatchSlots {
		return new SlotsOfBatch(slotOf(since, this.#width));
	}

	at(now: number, open: BatchSlots | undefined, size: number): number {
		const slot = Math.max(slotOf(now, this.#width), this.#told);
		const newest = open?.newest;
		return newest !== undefined && size > MAX_SIZE_FOR_NEW_SLOT ? newest : slot;
	}

	mark(now: number, later: readonly (BatchSlots | undefined)[]): number {
		const oldest = later.map((one) => one?.oldest ?? Infinity);
		const clock = Math.max(slotOf(now, this.#width), this.#told);
		const mark = Math.min(clock, ...oldest);
		this.#told = Math.max(this.#told, mark);
		return mark;
	}
}

/** Bounds the characters by which a place elsewhere is longer. */
const PLACE_CHARACTERS = 12;

/** Counts from elsewhere in a bucket. */
interface Elsewhere {
	level: number;
	slot: number;
	sums: Map<string, number>;
}

/** Entries of a batch by slot, in memory. */
class SlotsOfBatch implements BatchSlots {
	readonly #slots = new Map<number, Map<string, number>>();
	readonly #elsewhere = new Map<string, Elsewhere>();
	readonly #since: number;

	/** @param since slot of its first increment */
	constructor(since: number) {
		this.#since = since;
	}

	/**
	 * An amount from elsewhere holds back the bucket that was under way when it came:
	 * it may belong there.
	 */
	get oldest(): number | undefined {
		const slots = this.#stamped();
		if (this.#elsewhere.size > 0) slots.push(this.#since);
		return slots.length > 0 ? Math.min(...slots) : undefined;
	}

	get newest(): number | undefined {
		const slots = this.#stamped();
		return slots.length > 0 ? Math.max(...slots) : undefined;
	}

	add(slot: number, entries: readonly Amount[]): number {
		const here = this.#slots.get(slot) ?? new Map<string, number>();
		this.#slots.set(slot, here);
		let characters = 0;
		for (const [name, value, level, place] of entries) {
			const isHere = level === undefined || place === undefined;
			const sums = isHere ? here : this.#sumsOf(level, place);
			const sum = sums.get(name);
			if (sum === undefined)
				characters +=
					entrySizeOf(name) + SLOT_CHARACTERS + (isHere ? 0 : PLACE_CHARACTERS);
			sums.set(name, (sum ?? 0) + value);
		}
		return characters;
	}

	list(choice?: NameChoice): (readonly [number, Amount[]])[] {
		const parts = [...this.#slots].map(([slot, sums]) => {
			const entries: Amount[] = within(sums, choice);
			if (slot === NO_SLOT)
				for (const { level, slot, sums } of this.#elsewhere.values())
					for (const [name, sum] of within(sums, choice))
						entries.push([name, sum, level, slot]);
			return [slot, entries] as const;
		});
		return parts.filter(([, entries]) => entries.length > 0);
	}

	items(entries: ReadonlyMap<string, number>): SlotItem[] {
		const parts = this.list().sort(([, a], [, b]) => a.length - b.length);
		const sums = new Map(addUp(parts.map(([, part]) => part)));
		// Rows of old code have no slot: then no item may stand for all the rest.
		const isWhole = [...entries].every(([name, sum]) => sums.get(name) === sum);
		const isPlain = this.#elsewhere.size === 0;
		const largest = isWhole && isPlain ? parts.pop() : undefined;
		const items = parts.flatMap(([slot, part]) =>
			part.map((one) => [slot, ...one] as const),
		);
		return largest ? [...items, [largest[0]]] : items;
	}

	#stamped(): number[] {
		return [...this.#slots.keys()].filter((slot) => slot !== NO_SLOT);
	}

	#sumsOf(level: number, slot: number): Map<string, number> {
		const key = `${level} ${slot}`;
		const known = this.#elsewhere.get(key) ?? { level, slot, sums: new Map() };
		this.#elsewhere.set(key, known);
		return known.sums;
	}
}
