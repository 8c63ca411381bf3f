import type { Entry } from "../protocol.ts";

/** Adds up the entries of requests that wait for something. */
export class Sums {
	readonly #sums: Map<string, { sum: number; requests: number }>;

	constructor(
		sums: Iterable<[string, { sum: number; requests: number }]> = [],
	) {
		this.#sums = new Map(sums);
	}

	/** Sum of a counter's entries. */
	of(name: string): number {
		return this.#sums.get(name)?.sum ?? 0;
	}

	/** Tells whether any request has the counter. */
	has(name: string): boolean {
		return this.#sums.has(name);
	}

	add(entries: readonly Entry[]): void {
		for (const [name, by] of entries) this.#change(name, by, 1);
	}

	remove(entries: readonly Entry[]): void {
		for (const [name, by] of entries) this.#change(name, -by, -1);
	}

	copy(): Sums {
		return new Sums(this.#sums);
	}

	#change(name: string, by: number, one: 1 | -1): void {
		const { sum, requests } = this.#sums.get(name) ?? { sum: 0, requests: 0 };
		if (requests + one === 0) this.#sums.delete(name);
		else this.#sums.set(name, { sum: sum + by, requests: requests + one });
	}
}
