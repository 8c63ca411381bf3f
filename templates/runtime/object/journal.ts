import type { Database, Remember } from "./database.ts";

/** Fewer rows are not worth compacting … */
export const COMPACT_FROM_ROWS = 32;

/** … and more of them take a start too long to read, however short they are. */
const MAX_ROWS = 10_000;

/** Values of a row, by column. */
export type JournalRow = Record<string, string | number | null>;

/** A row that holds something, as it was found. */
export type FoundRow<Row extends JournalRow> = Row & {
	id: number;
	round: number;
	batch: number;
};

/** Layout of an object's table `journal`, which has an `id` and a `round`, too. */
export interface JournalLayout<Row extends JournalRow> {
	/** The other columns. */
	columns: readonly (keyof Row & string)[];
	/** SQL: the number of a row's batch. */
	batch: string;
}

/**
 * Keeps batches in rows of JSON texts: those that are open grow by a row a write,
 * whatever that brings.
 *
 * Rows of a batch that is done with are not deleted; the next ones take their
 * place, which costs one written row in place of two. A batch that stays open is
 * compacted, that is, written anew: so it grows with what it holds, not with the
 * number of writes. What writes is called in a transaction.
 */
export class Journal<Row extends JournalRow> {
	readonly #sql: SqlStorage;
	readonly #layout: JournalLayout<Row>;
	readonly #statement: string;
	/** Rows that hold nothing any more. */
	readonly #free: number[] = [];
	/** Rows that hold something, by batch. */
	readonly #used = new Map<number, number[]>();
	/** The highest id of a row. */
	#last = 0;
	/** Grows when a batch is compacted: its rows of earlier rounds are void. */
	#round = 0;
	/** Characters of the open batch when it was compacted, and written since. */
	#compacted = 0;
	#written = 0;

	constructor({ sql }: Database, layout: JournalLayout<Row>) {
		this.#sql = sql;
		this.#layout = layout;
		const columns = ["id", "round", ...layout.columns];
		this.#statement = `INSERT INTO journal (${columns})
			VALUES (${columns.map(() => "?")})
			ON CONFLICT DO UPDATE SET ${columns.map((one) => `${one} = excluded.${one}`)}`;
	}

	/**
	 * Finds the rows of a batch and of those after it, in their order. To be called
	 * once, before anything is written: all other rows are free.
	 */
	load(first: number): FoundRow<Row>[] {
		const { columns, batch } = this.#layout;
		const rows = this.#sql.exec<FoundRow<Row>>(
			`SELECT id, round, ${batch} AS batch, ${columns} FROM journal
			WHERE ${batch} >= ? ORDER BY batch, round DESC`,
			first,
		);
		const found: FoundRow<Row>[] = [];
		for (const row of rows) {
			if (row.batch !== found.at(-1)?.batch) {
				this.#round = row.round;
				this.#written = 0;
			}
			if (row.round !== this.#round) continue;
			found.push(row);
			this.#use(row.batch, [row.id]);
			this.#written += charactersOf([row]);
		}
		const ids = this.#sql.exec<{ id: number }>("SELECT id FROM journal");
		const used = new Set([...this.#used.values()].flat());
		for (const { id } of ids) {
			this.#last = Math.max(this.#last, id);
			if (!used.has(id)) this.#free.push(id);
		}
		return found;
	}

	/** Tells whether the open batch is to be compacted by the next write. */
	isLong(batch: number): boolean {
		const { length } = this.#used.get(batch) ?? [];
		const hasGrown = this.#written >= 2 * this.#compacted;
		return length >= (hasGrown ? COMPACT_FROM_ROWS : MAX_ROWS);
	}

	/** Adds rows to those of the open batch. */
	extend(batch: number, rows: readonly Row[]): Remember {
		const ids = this.#insert(this.#round, rows);
		return () => {
			this.#use(batch, ids);
			this.#written += charactersOf(rows);
		};
	}

	/** Writes the whole open batch anew; its rows of before are void. */
	compact(batch: number, rows: readonly Row[]): Remember {
		const round = this.#round + 1;
		const ids = this.#insert(round, rows);
		return () => {
			const before = this.#used.get(batch) ?? [];
			this.#used.delete(batch);
			this.#use(batch, ids);
			this.#free.push(...before);
			this.#round = round;
			this.#compacted = charactersOf(rows);
			this.#written = 0;
		};
	}

	/** Closes the open batch: the next one begins. */
	close(): void {
		this.#compacted = 0;
		this.#written = 0;
	}

	/** A batch is done with: its rows are free. */
	free(batch: number): void {
		this.#free.push(...(this.#used.get(batch) ?? []));
		this.#used.delete(batch);
	}

	/** Writes rows in free places. */
	#insert(round: number, rows: readonly Row[]): number[] {
		const { columns } = this.#layout;
		return rows.map((row, n) => {
			const id = this.#place(n);
			const values = columns.map((column) => row[column]);
			this.#sql.exec(this.#statement, id, round, ...values);
			return id;
		});
	}

	/** Finds the place of the next row, and of the ones after it: `n` counts from 0. */
	#place(n: number): number {
		const { length } = this.#free;
		return this.#free[length - 1 - n] ?? this.#last + 1 + n - length;
	}

	/** Rows that {@link #place} gave out belong to a batch from now on. */
	#use(batch: number, ids: readonly number[]): void {
		this.#free.length = Math.max(0, this.#free.length - ids.length);
		this.#last = Math.max(this.#last, ...ids);
		const used = this.#used.get(batch);
		if (used) used.push(...ids);
		else this.#used.set(batch, [...ids]);
	}
}

/** Counts the characters of the texts in some rows. */
function charactersOf(rows: readonly JournalRow[]): number {
	let characters = 0;
	for (const row of rows)
		for (const value of Object.values(row))
			if (typeof value === "string") characters += value.length;
	return characters;
}
