import type { Amount } from "../protocol.ts";

/** Sums by slot and counter that are in no row yet: the journal has them. */
export class Recent {
	#slots = new Map<number, Map<string, number>>();
	#pairs = 0;
	#latest = 0;

	/** The latest slot that there ever was. */
	get latest(): number {
		return this.#latest;
	}

	/** Slots times counters. */
	get pairs(): number {
		return this.#pairs;
	}

	add(slot: number, entries: readonly Amount[]): void {
		const sums = this.#slots.get(slot) ?? new Map<string, number>();
		this.#slots.set(slot, sums);
		this.#latest = Math.max(this.#latest, slot);
		const before = sums.size;
		for (const [name, value] of entries)
			sums.set(name, (sums.get(name) ?? 0) + value);
		this.#pairs += sums.size - before;
	}

	/** Lists a counter's sums, by slot. */
	of(name: string): [slot: number, sum: number][] {
		return [...this.#slots].flatMap(([slot, sums]) => {
			const sum = sums.get(name);
			return sum === undefined ? [] : [[slot, sum]];
		});
	}

	/** Lists all sums of slots from one up to, but not including, another. */
	within(from: number, to: number): SumItem[] {
		return [...this.#slots].flatMap(([slot, sums]) =>
			slot >= from && slot < to
				? [...sums].map(([name, sum]): SumItem => [slot, name, sum])
				: [],
		);
	}

	/** Keeps these sums, and nothing else. */
	replace(items: readonly SumItem[]): void {
		this.#slots = new Map();
		this.#pairs = 0;
		for (const [slot, name, sum] of items) this.add(slot, [[name, sum]]);
	}
}

/** A sum of a slot and a counter. */
export type SumItem = readonly [slot: number, name: string, sum: number];
