import { type Database, jsonTexts } from "../object/database.ts";
import { migrate } from "../object/migrations.ts";
import type { NameRange } from "../protocol.ts";
import type { Limits, Standing } from "./contract.ts";
import { BOUNDS_SCHEMA } from "./schema.ts";

/** A counter's generation: what was lent of it before is void. */
export interface Generation {
	/** A turn; 0 before the first. */
	generation: number;
	/** The total when it began. */
	base: number;
	/** Milliseconds since 1970. */
	end: number | null;
}

/** A loan of a counter's generation to a shard, by what names it there. */
export type LoanOf = {
	shard: number;
	holder: number;
	/** Lent by direction, a growing sum. */
	up: number;
	down: number;
	/** Given back by direction, a growing sum. */
	backUp: number;
	backDown: number;
	serial: number;
	free: number;
	isOpen: number;
};

type LoanColumns = LoanOf & { name: string };

const COLUMNS =
	"name, shard, holder, up, down, backUp, backDown, serial, free, isOpen";

/** Keeps generations of counters, their loans, and bounds of their own. */
export class LenderStorage {
	readonly #database: Database;
	readonly #rule: string;
	readonly #per: string;
	#turn: number;
	#hasBegun: boolean;

	/**
	 * @param rule limits and period of all counters, as a text: others have to begin
	 * @param per the period; empty where totals are bounded
	 */
	constructor(
		database: Database,
		{ rule, per }: { rule: string; per: string },
		now: number,
	) {
		migrate(database, "bounds", BOUNDS_SCHEMA);
		this.#database = database;
		this.#rule = rule;
		this.#per = per;
		const { sql } = database;
		sql.exec(
			`INSERT INTO bounds (id, turn, began, rule, per) VALUES (0, ?, 0, '', '')
			ON CONFLICT DO NOTHING`,
			now,
		);
		const row = sql
			.exec<{ turn: number; began: number; rule: string; per: string }>(
				"SELECT turn, began, rule, per FROM bounds",
			)
			.one();
		this.#turn = row.turn;
		this.#hasBegun = row.began === 1 && row.rule === rule && row.per === per;
	}

	get turn(): number {
		return this.#turn;
	}

	/** Tells whether all shards were drained, and count against loans. */
	get hasBegun(): boolean {
		return this.#hasBegun;
	}

	/** Begins a turn, past one that was heard of. */
	nextTurn(now: number, heard = 0): number {
		const turn = Math.max(this.#turn + 1, now, heard + 1);
		this.#database.sql.exec("UPDATE bounds SET turn = ?", turn);
		this.#turn = turn;
		return turn;
	}

	/**
	 * Every shard was drained, and forgot its loans. So totals are what new ones go by;
	 * but what was counted in a period is known from the earlier ones alone.
	 */
	begin(): void {
		const { sql } = this.#database;
		this.#database.transactionSync(() => {
			const { per } = sql.exec<{ per: string }>("SELECT per FROM bounds").one();
			if (this.#per === "" || per !== this.#per) {
				sql.exec("DELETE FROM generations");
				sql.exec("DELETE FROM loans");
			}
			sql.exec(
				"UPDATE bounds SET began = 1, rule = ?, per = ?",
				this.#rule,
				this.#per,
			);
		});
		this.#hasBegun = true;
	}

	/** Somebody may have counted without loans: nothing is lent until all begins anew. */
	end(): void {
		this.#database.sql.exec("UPDATE bounds SET began = 0 WHERE began <> 0");
		this.#hasBegun = false;
	}

	/** Forgets what was lent of a counter or, without a name, of all. */
	forget(name: string | undefined): void {
		this.#database.transactionSync(() => {
			for (const table of ["generations", "loans"])
				if (name === undefined) this.#database.sql.exec(`DELETE FROM ${table}`);
				else
					this.#database.sql.exec(`DELETE FROM ${table} WHERE name = ?`, name);
		});
	}

	generation(name: string): Generation | undefined {
		const [row] = this.#database.sql
			.exec<{ generation: number; base: number; end: number | null }>(
				"SELECT generation, base, end FROM generations WHERE name = ?",
				name,
			)
			.toArray();
		return row;
	}

	/** Begins a generation. In a transaction. */
	saveGeneration(name: string, { generation, base, end }: Generation): void {
		const { sql } = this.#database;
		sql.exec(
			"INSERT OR REPLACE INTO generations (name, generation, base, end) VALUES (?, ?, ?, ?)",
			name,
			generation,
			base,
			end,
		);
		sql.exec("DELETE FROM loans WHERE name = ?", name);
	}

	/** Loans of a counter, those of lost disks included. */
	loans(name: string): LoanOf[] {
		return this.#database.sql
			.exec<LoanColumns>(`SELECT ${COLUMNS} FROM loans WHERE name = ?`, name)
			.toArray();
	}

	/** Loans of some counters that shards may have something left of. */
	openLoans(names: readonly string[]): LoanColumns[] {
		return jsonTexts(names).flatMap((text) =>
			this.#database.sql
				.exec<LoanColumns>(
					`SELECT ${COLUMNS} FROM json_each(?) JOIN loans ON name = value
					WHERE isOpen = 1`,
					text,
				)
				.toArray(),
		);
	}

	/** Writes a loan. */
	saveLoan(name: string, loan: LoanOf): void {
		const { shard, holder, up, down, backUp, backDown } = loan;
		this.#database.sql.exec(
			`INSERT OR REPLACE INTO loans (${COLUMNS})
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			name,
			shard,
			holder,
			up,
			down,
			backUp,
			backDown,
			loan.serial,
			loan.free,
			loan.isOpen,
		);
	}

	/** Notes what a shard has given back of its loans. In a transaction. */
	noteReturned(
		shard: number,
		holder: number,
		standings: readonly Standing[],
	): void {
		for (const text of jsonTexts(standings))
			this.#database.sql.exec(
				`UPDATE loans SET backUp = MAX(backUp, told.value ->> 2),
					backDown = MAX(backDown, told.value ->> 3)
				FROM json_each(?1) AS told
				WHERE name = told.value ->> 0 AND shard = ?2 AND holder = ?3
					AND (backUp < told.value ->> 2 OR backDown < told.value ->> 3)
					AND (SELECT generation FROM generations
						WHERE generations.name = loans.name) = told.value ->> 1`,
				text,
				shard,
				holder,
			);
	}

	/**
	 * Notes that a shard has nothing left of a loan, unless it was lent more since. What
	 * it counted where it had no bound counts as lent from then on.
	 *
	 * @param generation the loan's: a recall may end once a newer one has begun
	 * @param net what the shard has counted; undefined if its disk was lost
	 */
	close(
		name: string,
		generation: number,
		{ shard, holder, serial }: Pick<LoanOf, "shard" | "holder" | "serial">,
		net: number | undefined,
	): void {
		this.#database.sql.exec(
			`UPDATE loans SET isOpen = 0,
				up = MAX(up, COALESCE(backUp + ?5, up)),
				down = MAX(down, COALESCE(backDown - ?5, down))
			WHERE name = ?1 AND shard = ?2 AND holder = ?3 AND serial = ?4 AND isOpen = 1
				AND (SELECT generation FROM generations WHERE generations.name = ?1) = ?6`,
			name,
			shard,
			holder,
			serial,
			net ?? null,
			generation,
		);
	}

	/** Bounds of a counter's own. */
	limits(name: string): Limits | undefined {
		const [row] = this.#database.sql
			.exec<{ limits: string }>(
				"SELECT limits FROM limits WHERE name = ?",
				name,
			)
			.toArray();
		return row && JSON.parse(row.limits);
	}

	saveLimits(name: string, limits: Limits): void {
		this.#database.sql.exec(
			"INSERT OR REPLACE INTO limits (name, limits) VALUES (?, ?)",
			name,
			JSON.stringify(limits),
		);
	}

	dropLimits(name: string): void {
		this.#database.sql.exec("DELETE FROM limits WHERE name = ?", name);
	}

	listLimits({ from, to }: NameRange, limit: number): [name: string, Limits][] {
		const rows = this.#database.sql
			.exec(
				`SELECT name, limits FROM limits
				WHERE name >= ? AND name <= COALESCE(?, x'') ORDER BY name LIMIT ?`,
				from,
				to ?? null,
				limit,
			)
			.raw<[string, string]>();
		return [...rows].map(([name, limits]) => [name, JSON.parse(limits)]);
	}

	/** Counts own bounds, and loans that shards may have something left of. */
	counts(): { own: number; lent: number } {
		return this.#database.sql
			.exec<{ own: number; lent: number }>(
				`SELECT (SELECT COUNT(*) FROM limits) AS own,
					(SELECT COUNT(*) FROM loans WHERE isOpen = 1) AS lent`,
			)
			.one();
	}
}
