import type { Database } from "../object/database.ts";

type Row = { birth: number; turn: number; reset: number; settled: number };

/**
 * Keeps the turns of the global object and which live objects may have viewers.
 *
 * A turn is a state of the totals that somebody was told: what they become after
 * that gets a higher one.
 */
export class TurnStorage {
	readonly #sql: SqlStorage;
	#row: Row;

	/**
	 * @param objects that there are: of an empty storage, which may be one that was
	 * lost, each of them may have viewers, who were told of other totals
	 */
	constructor(database: Database, objects: number, now: number) {
		this.#sql = database.sql;
		const [row] = this.#sql
			.exec<Row>("SELECT birth, turn, reset, settled FROM turns")
			.toArray();
		this.#row = row ?? this.#begin(database, objects, now);
	}

	get birth(): number {
		return this.#row.birth;
	}

	get turn(): number {
		return this.#row.turn;
	}

	/** Turn of the last reset. */
	get reset(): number {
		return this.#row.reset;
	}

	/** Up to this turn all pushes were taken. */
	get settled(): number {
		return this.#row.settled;
	}

	/** Lists the live objects that may have viewers. */
	objects(): number[] {
		return this.#sql
			.exec<{ object: number }>("SELECT object FROM watching")
			.toArray()
			.map(({ object }) => object);
	}

	/** Begins a turn. */
	next(now: number): void {
		const { turn, ...row } = this.#row;
		this.#write({ ...row, turn: Math.max(turn + 1, now) });
	}

	/** Begins a turn in which nobody lacks anything that they did not lack before. */
	skip(now: number): void {
		const { turn, settled, ...row } = this.#row;
		const next = Math.max(turn + 1, now);
		const isSettled = settled === turn;
		this.#write({ ...row, turn: next, settled: isSettled ? next : settled });
	}

	/** Begins the turn of a reset. */
	nextWithReset(now: number): void {
		const { turn, ...row } = this.#row;
		const next = Math.max(turn + 1, now);
		this.#write({ ...row, turn: next, reset: next });
	}

	/** All pushes were taken. Never throws: a full disk has them sent once more. */
	settle(): void {
		const { settled, turn } = this.#row;
		if (settled === turn) return;
		try {
			this.#write({ ...this.#row, settled: turn });
		} catch {
			// Noted after the next push.
		}
	}

	/** A live object has viewers from now on. */
	add(object: number): void {
		this.#sql.exec("INSERT OR IGNORE INTO watching VALUES (?)", object);
	}

	/** A live object has no viewers. */
	remove(object: number): void {
		this.#sql.exec("DELETE FROM watching WHERE object = ?", object);
	}

	#begin(database: Database, objects: number, now: number): Row {
		const row = { birth: now, turn: now, reset: now, settled: now - 1 };
		database.transactionSync(() => {
			this.#insert(row);
			for (let object = 0; object < objects; object++) this.add(object);
		});
		return row;
	}

	#write(row: Row): void {
		this.#insert(row);
		this.#row = row;
	}

	#insert({ birth, turn, reset, settled }: Row): void {
		this.#sql.exec(
			`INSERT OR REPLACE INTO turns (id, birth, turn, reset, settled)
			VALUES (0, ?, ?, ?, ?)`,
			birth,
			turn,
			reset,
			settled,
		);
	}
}
