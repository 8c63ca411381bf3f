/** Most marks in memory, 2 bytes each. */
const MOST_MARKS = 4_000_000;

/**
 * Keeps the marks of rows in memory, as many as there is room for; the oldest go
 * first. A mark is a character that most keys do not have: a row without the
 * mark of a key does not have the key.
 */
export class KeyMarks {
	/** By row; what came first is first. */
	readonly #rows = new Map<number, string>();
	#size = 0;

	get(row: number): string | undefined {
		return this.#rows.get(row);
	}

	set(row: number, marks: string): void {
		this.#delete(row);
		this.#rows.set(row, marks);
		this.#size += marks.length;
		for (const oldest of this.#rows.keys()) {
			if (this.#size <= MOST_MARKS) return;
			this.#delete(oldest);
		}
	}

	clear(): void {
		this.#rows.clear();
		this.#size = 0;
	}

	#delete(row: number): void {
		this.#size -= this.#rows.get(row)?.length ?? 0;
		this.#rows.delete(row);
	}
}
