import type { Remember } from "../object/database.ts";
import {
	type CountedKey,
	joinLines,
	parseLine,
	splitLines,
} from "./key-line.ts";

/**
 * Keeps the keys that were counted last: in memory, and on disk a row for each
 * commit. Once they are in a pack, the next commits write over their rows.
 */
export class KeyJournal {
	readonly #sql: SqlStorage;
	/** Lines by key. */
	readonly #lines = new Map<string, string>();
	/** Rows that hold them: the first ones. */
	#rows = 0;

	/** @param round rows of any other are void */
	constructor(sql: SqlStorage, round: number) {
		this.#sql = sql;
		const rows = sql.exec<{ lines: string }>(
			"SELECT lines FROM keyJournal WHERE round = ? ORDER BY id",
			round,
		);
		for (const { lines } of rows) {
			this.#rows++;
			this.#add(
				splitLines(lines).map((line) => [parseLine(line).key, line] as const),
			);
		}
	}

	get size(): number {
		return this.#lines.size;
	}

	get lines(): string[] {
		return [...this.#lines.values()];
	}

	find(key: string): CountedKey | undefined {
		const line = this.#lines.get(key);
		return line === undefined ? undefined : parseLine(line);
	}

	/** Writes the lines of a commit, by key. To be called in its transaction. */
	append(lines: ReadonlyMap<string, string>, round: number): Remember {
		this.#sql.exec(
			`INSERT INTO keyJournal (id, round, lines) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET round = excluded.round, lines = excluded.lines`,
			this.#rows,
			round,
			joinLines([...lines.values()]),
		);
		return () => {
			this.#rows++;
			this.#add(lines);
		};
	}

	/** Forgets all: another round has begun. */
	clear(): void {
		this.#lines.clear();
		this.#rows = 0;
	}

	#add(lines: Iterable<readonly [string, string]>): void {
		for (const [key, line] of lines) this.#lines.set(key, line);
	}
}
