import type { Remember } from "../object/database.ts";
import { type KeyLayout, NO_ROWS, rowsOf, stepAt } from "./key-layout.ts";
import {
	beginningOf,
	type CountedKey,
	joinLines,
	linesWith,
	markOf,
	parseLine,
	placeOf,
	splitLines,
} from "./key-line.ts";
import { KeyMarks } from "./key-marks.ts";
import { packsTable } from "./schema.ts";

/** Least number of keys in a row; twice as many are two rows. */
export const PACK_KEYS = 256;

/** A row may have 2 MB, and a character takes 3 bytes at the most. */
const MAX_PACK_CHARACTERS = 600_000;

type PackRow = { id: number; lines: string };

/**
 * Keeps counted keys in rows of some hundred, sorted as {@link KeyLayout} says,
 * in one of two tables. Each row has the marks of its keys beside the keys, so
 * that almost every key that is not there is known not to be by marks alone.
 */
export class KeyPacks {
	readonly #sql: SqlStorage;
	readonly #table: number;
	readonly #marks = new KeyMarks();
	#layout: KeyLayout;

	/** @param table 0 or 1 */
	constructor(sql: SqlStorage, table: number, layout: KeyLayout) {
		this.#sql = sql;
		this.#table = table;
		this.#layout = layout;
	}

	/** Finds the last that a key was counted, whether or not that has expired. */
	find(key: string): CountedKey | undefined {
		const beginning = beginningOf(key);
		const rows = rowsOf(this.#layout, placeOf(beginning));
		this.#readMarks(rows);
		const mark = markOf(beginning);
		let last: CountedKey | undefined;
		for (const row of rows) {
			// Reads marks from the disk where memory is too small for them.
			if (this.#marks.get(row)?.includes(mark) === false) continue;
			for (const line of linesWith(this.#linesOf([row])[0] ?? "", beginning)) {
				const counted = parseLine(line);
				if (counted.expires > (last?.expires ?? 0)) last = counted;
			}
		}
		return last;
	}

	/**
	 * Adds lines, and merges for as many as it adds: a step for each level. To be
	 * called in a transaction.
	 *
	 * @param spill keeps what a row has no room for
	 * @returns the layout, to be noted in the same transaction
	 */
	append(
		lines: readonly string[],
		spill: (key: CountedKey) => void,
	): { layout: KeyLayout; remember: Remember } {
		const marks = new Map<number, string>();
		const write = (row: number, lines: readonly string[]) =>
			marks.set(row, this.#write(row, lines, spill));
		let layout = this.#layout;
		for (const part of partsOf(lines)) {
			write(layout.rows, part);
			layout = { ...layout, rows: layout.rows + 1 };
			for (let level = 0; level <= layout.steps.length; level++) {
				const step = stepAt(layout, level);
				if (!step) continue;
				const sorted = step.rows.map((): string[] => []);
				for (const text of this.#linesOf(step.rows))
					for (const line of splitLines(text))
						sorted[step.indexOf(placeOf(line))]?.push(line);
				for (const [n, row] of step.rows.entries()) write(row, sorted[n] ?? []);
				layout = step.layout;
			}
		}
		const remember = () => {
			this.#layout = layout;
			for (const [row, text] of marks) this.#marks.set(row, text);
		};
		return { layout, remember };
	}

	/** Drops all of them, which writes no row. To be called in a transaction. */
	clear(): Remember {
		this.#sql.exec(`DROP TABLE keyPacks${this.#table}`);
		this.#sql.exec(packsTable(this.#table));
		return () => {
			this.#layout = NO_ROWS;
			this.#marks.clear();
		};
	}

	/** Brings marks that are not in memory there, as far as there is room. */
	#readMarks(rows: readonly number[]): void {
		const missing = rows.filter((row) => this.#marks.get(row) === undefined);
		if (missing.length === 0) return;
		const read = this.#sql.exec<{ id: number; marks: string }>(
			`SELECT id, marks FROM keyPacks${this.#table}
			WHERE id IN (SELECT value FROM json_each(?))`,
			JSON.stringify(missing),
		);
		for (const { id, marks } of read) this.#marks.set(id, marks);
	}

	/** Reads the keys of rows, in the order of rows. */
	#linesOf(rows: readonly number[]): string[] {
		const read = this.#sql.exec<PackRow>(
			`SELECT id, lines FROM keyPacks${this.#table}
			WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
			JSON.stringify(rows),
		);
		return Array.from(read, ({ lines }) => lines);
	}

	/** Writes a row over what it had; answers its marks. */
	#write(
		row: number,
		lines: readonly string[],
		spill: (key: CountedKey) => void,
	): string {
		const kept: string[] = [];
		let size = 0;
		for (const line of lines) {
			size += line.length + 1;
			if (size <= MAX_PACK_CHARACTERS) kept.push(line);
			else spill(parseLine(line));
		}
		const marks = kept.map(markOf).join("");
		this.#sql.exec(
			`INSERT INTO keyPacks${this.#table} (id, marks, lines) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET marks = excluded.marks, lines = excluded.lines`,
			row,
			marks,
			joinLines(kept),
		);
		return marks;
	}
}

/** Divides lines evenly, into parts of `PACK_KEYS` and more. */
function partsOf(lines: readonly string[]): (readonly string[])[] {
	const least = Math.min(1, lines.length);
	const parts = Math.max(least, Math.floor(lines.length / PACK_KEYS));
	return Array.from({ length: parts }, (_, n) =>
		lines.slice(
			Math.floor((n * lines.length) / parts),
			Math.floor(((n + 1) * lines.length) / parts),
		),
	);
}
