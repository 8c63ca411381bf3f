import { type Entry, volumeOf } from "../protocol.ts";

/** Totals stay whole numbers that JavaScript can hold: past this they stand still. */
export const MAX_TOTAL: number = Number.MAX_SAFE_INTEGER;

/**
 * Increments of batches that the rows of counters do not have yet, by name. A total
 * is the sum of both: to be read in one step, without an `await` in between.
 */
export class Delta {
	#sums = new Map<string, number>();
	#volume = 0;

	/** Distinct names. */
	get names(): number {
		return this.#sums.size;
	}

	/** Bounds what any name, or all of them together, can be away from 0. */
	get volume(): number {
		return this.#volume;
	}

	has(name: string): boolean {
		return this.#sums.has(name);
	}

	entries(): Entry[] {
		return [...this.#sums];
	}

	/** A counter's total, whose row has that much of it. */
	total(name: string, row: number): number {
		const sum = row + (this.#sums.get(name) ?? 0);
		return Math.max(-MAX_TOTAL, Math.min(MAX_TOTAL, sum));
	}

	/** Adds what a batch brought. */
	add(entries: readonly Entry[]): void {
		for (const [name, value] of entries)
			this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
		this.#volume += volumeOf(entries);
	}

	/** Keeps these entries, and nothing else. */
	replace(entries: readonly Entry[]): void {
		this.#sums = new Map();
		this.#volume = 0;
		this.add(entries);
	}

	/** Divides the entries: so many with the largest sums, and the others. */
	divide(count: number): { hot: Entry[]; cold: Entry[] } {
		const entries = this.entries();
		entries.sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
		return { hot: entries.slice(0, count), cold: entries.slice(count) };
	}
}
