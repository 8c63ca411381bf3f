type Entry = readonly [counter: string, value: number];

/** Keeps the entries with the greatest values. */
export class Top {
	/** The greatest first; of equals, by name. */
	entries: Entry[] = [];
	readonly #most: number;

	constructor(most: number) {
		this.#most = most;
	}

	add(entries: readonly Entry[]): void {
		this.entries = [...this.entries, ...entries]
			.toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
			.slice(0, this.#most);
	}
}
