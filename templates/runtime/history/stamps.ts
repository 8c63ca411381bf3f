import {
	addUp,
	type Entry,
	entrySizeOf,
	MAX_BATCH_CHARACTERS,
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

	begin(): BatchSlots {
		return new SlotsOfBatch();
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

/** Entries of a batch by slot, in memory. */
class SlotsOfBatch implements BatchSlots {
	readonly #slots = new Map<number, Map<string, number>>();

	get oldest(): number | undefined {
		const slots = this.#stamped();
		return slots.length > 0 ? Math.min(...slots) : undefined;
	}

	get newest(): number | undefined {
		const slots = this.#stamped();
		return slots.length > 0 ? Math.max(...slots) : undefined;
	}

	add(slot: number, entries: readonly Entry[]): number {
		const sums = this.#slots.get(slot) ?? new Map<string, number>();
		this.#slots.set(slot, sums);
		let characters = 0;
		for (const [name, value] of entries) {
			const sum = sums.get(name);
			if (sum === undefined) characters += entrySizeOf(name) + SLOT_CHARACTERS;
			sums.set(name, (sum ?? 0) + value);
		}
		return characters;
	}

	list(names?: readonly string[]): (readonly [number, Entry[]])[] {
		const parts = [...this.#slots].map(
			([slot, sums]) => [slot, names ? pick(sums, names) : [...sums]] as const,
		);
		return parts.filter(([, entries]) => entries.length > 0);
	}

	items(entries: ReadonlyMap<string, number>): SlotItem[] {
		const parts = this.list().sort(([, a], [, b]) => a.length - b.length);
		const sums = new Map(addUp(parts.map(([, part]) => part)));
		// Rows of old code have no slot: then no item may stand for all the rest.
		const isWhole = [...entries].every(([name, sum]) => sums.get(name) === sum);
		const largest = isWhole ? parts.pop() : undefined;
		const items = parts.flatMap(([slot, part]) =>
			part.map(([name, value]): SlotItem => [slot, name, value]),
		);
		return largest ? [...items, [largest[0]]] : items;
	}

	#stamped(): number[] {
		return [...this.#slots.keys()].filter((slot) => slot !== NO_SLOT);
	}
}

function pick(
	sums: ReadonlyMap<string, number>,
	names: readonly string[],
): Entry[] {
	return names.flatMap((name) => {
		const sum = sums.get(name);
		return sum === undefined ? [] : [[name, sum] as const];
	});
}
