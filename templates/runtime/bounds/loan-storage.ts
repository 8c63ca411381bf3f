import { type Database, jsonTexts } from "../object/database.ts";
import { migrate } from "../object/migrations.ts";
import { SHARD_BOUNDS_SCHEMA } from "./schema.ts";

/** Names of which nets wait for their rows, past which they are written. */
const MAX_RECENT_NAMES = 1_000;

/** A loan as the disk has it. */
export interface LoanRow {
	generation: number;
	/** Given back, by direction. */
	backUp: number;
	backDown: number;
	/** Net count of the shard in this generation. */
	net: number;
}

type LendingRow = {
	holder: number;
	floor: number;
	folded: number;
	recent: string;
	isForeign: number;
};

/**
 * Keeps what a shard gave back of its loans, and what it counted against them.
 *
 * The journal has what was counted last. Once a batch is in the totals, its counts
 * are noted here, all in one row, and in rows of their own when they have become many.
 */
export class LoanStorage {
	readonly #database: Database;
	readonly #unflushed: (name: string, after: number) => number;
	#recent: Map<string, number>;
	#folded: number;
	/** Names the loans of this disk. */
	readonly holder: number;
	/** Turn of the last forget. */
	floor: number;
	/** Tells whether code that knows no loans may have counted or sent since it was drained. */
	readonly isForeign: boolean;

	/**
	 * @param newHolder a number like no other
	 * @param sealed the last sealed batch
	 * @param unflushed sums up what batches after one have of a counter
	 */
	constructor(
		database: Database,
		newHolder: number,
		sealed: { seq: number; isApplied: boolean },
		unflushed: (name: string, after: number) => number,
	) {
		migrate(database, "bounds", SHARD_BOUNDS_SCHEMA);
		this.#database = database;
		this.#unflushed = unflushed;
		const { sql } = database;
		const [row] = sql
			.exec<LendingRow>(
				"SELECT holder, floor, folded, recent, isForeign FROM lending",
			)
			.toArray();
		const hasNames =
			sql.exec("SELECT 1 FROM known LIMIT 1").toArray().length > 0;
		const { seq, isApplied } = sealed;
		const least = isApplied ? seq : seq - 1;
		const isWhole =
			row && !hasNames && row.folded >= least && row.folded <= seq;
		// A disk that has no row is new.
		this.isForeign =
			hasNames || (row !== undefined && !(isWhole && row.isForeign === 0));
		const { holder, floor, folded, recent } = isWhole
			? row
			: this.#begin(newHolder, row?.floor ?? 0, least);
		this.holder = holder;
		this.floor = floor;
		this.#folded = folded;
		this.#recent = new Map(JSON.parse(recent));
	}

	/** Finds rows of some names. */
	find(names: readonly string[]): Map<string, LoanRow> {
		const found = new Map<string, LoanRow>();
		for (const text of jsonTexts(names)) {
			const rows = this.#database.sql
				.exec(
					`SELECT name, generation, up, down, base
					FROM json_each(?) JOIN loans ON name = value`,
					text,
				)
				.raw<[string, number, number, number, number]>();
			for (const [name, generation, backUp, backDown, base] of rows)
				found.set(name, {
					generation,
					backUp,
					backDown,
					net: base + this.#counted(name),
				});
		}
		return found;
	}

	/** Writes rows. In a transaction; nets are those before its counts. */
	save(rows: readonly (readonly [name: string, LoanRow])[]): void {
		const items = rows.map(([name, { generation, backUp, backDown, net }]) => [
			name,
			generation,
			backUp,
			backDown,
			net - this.#counted(name),
		]);
		for (const text of jsonTexts(items))
			this.#database.sql.exec(
				`INSERT OR REPLACE INTO loans (name, generation, up, down, base)
				SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
				FROM json_each(?)`,
				text,
			);
	}

	/**
	 * Ignores from now on what is older than a turn. In a transaction.
	 *
	 * @param isDrained no count of before is missing in the totals
	 */
	raiseFloor(turn: number, isDrained: boolean): void {
		this.#database.sql.exec(
			"UPDATE lending SET floor = ?, isForeign = isForeign AND ?",
			turn,
			isDrained ? 0 : 1,
		);
	}

	/** Takes up the counts of a batch that is in the totals. */
	fold(seq: number, deltas: ReadonlyMap<string, number>): void {
		if (seq <= this.#folded) return;
		const recent = new Map(this.#recent);
		for (const [name, delta] of deltas)
			recent.set(name, (recent.get(name) ?? 0) + delta);
		this.#database.transactionSync(() => {
			if (recent.size > MAX_RECENT_NAMES) {
				this.#addToRows(recent);
				recent.clear();
			}
			this.#database.sql.exec(
				"UPDATE lending SET folded = ?, recent = ?",
				seq,
				JSON.stringify([...recent]),
			);
		});
		this.#folded = seq;
		this.#recent = recent;
	}

	#addToRows(recent: ReadonlyMap<string, number>): void {
		for (const text of jsonTexts([...recent]))
			this.#database.sql.exec(
				`UPDATE loans SET base = base + (added.value ->> 1)
				FROM json_each(?) AS added WHERE loans.name = added.value ->> 0`,
				text,
			);
	}

	/** Sums up what a counter's row does not have. */
	#counted(name: string): number {
		return (this.#recent.get(name) ?? 0) + this.#unflushed(name, this.#folded);
	}

	/** Begins as another holder: what was counted against earlier loans is not known. */
	#begin(holder: number, floor: number, folded: number): LendingRow {
		const isForeign = this.isForeign ? 1 : 0;
		const row = { holder, floor, folded, recent: "[]", isForeign };
		this.#database.transactionSync(() => {
			this.#database.sql.exec("DELETE FROM loans");
			this.#database.sql.exec(
				`INSERT OR REPLACE INTO lending (id, holder, floor, folded, recent, isForeign)
				VALUES (0, ?, ?, ?, ?, ?)`,
				holder,
				floor,
				folded,
				row.recent,
				isForeign,
			);
		});
		return row;
	}
}
