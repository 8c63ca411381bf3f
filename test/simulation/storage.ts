import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Database } from "../../templates/runtime/object/database.ts";
import { diskFull, type Refusals, ROOMY } from "./disk.ts";

type Row = Record<string, unknown>;

/** A statement, and what has to be known of it each time that it runs. */
interface Prepared {
	statement: StatementSync;
	/** True if it answers rows. */
	reads: boolean;
	/** True if it changes the schema. */
	isSchema: boolean;
}

/**
 * An object's storage over real SQL. What was written since the last commit is
 * one open transaction: a crash rolls it back.
 */
export class Storage {
	readonly #sqlite = new DatabaseSync(":memory:");
	readonly #prepared = new Map<string, Prepared>();
	readonly #onWrite: () => void;
	/** Tables that are known to be there. */
	readonly #tables = new Set<string>();
	#refuses: Refusals;
	#isAside = false;
	#depth = 0;
	/** Statements that wrote something. */
	#writes = 0;
	/** Rows written; a row of an index is none here. */
	rowsWritten = 0;

	/**
	 * @param onWrite called after every statement that wrote something
	 * @param refuses decides what the disk does not take
	 */
	constructor(onWrite: () => void, refuses: Refusals = ROOMY) {
		this.#onWrite = onWrite;
		this.#refuses = refuses;
		this.#do("BEGIN");
	}

	commit(): void {
		this.#do("COMMIT");
		this.#do("BEGIN");
	}

	rollback(): void {
		this.#do("ROLLBACK");
		this.#do("BEGIN");
		this.#tables.clear();
	}

	close(): void {
		this.#sqlite.close();
	}

	/** Stands in for `ctx.storage`, as long as `isAlive`. */
	database(isAlive: () => boolean): Database {
		const check = () => {
			if (!isAlive()) throw new Error("storage of an object that is gone");
		};
		const database = {
			sql: {
				exec: (query: string, ...bindings: unknown[]) => {
					check();
					return this.#exec(query, bindings);
				},
			},
			transactionSync: <T>(run: () => T): T => {
				check();
				return this.#transaction(run);
			},
		};
		return database as unknown as Database;
	}

	/** Runs something on what is there now; whatever that writes is taken back. */
	aside<T>(run: (database: Database) => T): T {
		const refuses = this.#refuses;
		const { rowsWritten } = this;
		this.#do("SAVEPOINT aside");
		this.#isAside = true;
		this.#refuses = ROOMY;
		try {
			return run(this.database(() => true));
		} finally {
			this.#refuses = refuses;
			this.#isAside = false;
			this.rowsWritten = rowsWritten;
			this.#takeBack("aside");
		}
	}

	/** Rows for the eyes of the checks. */
	rows<T = Row>(query: string, ...bindings: (string | number)[]): T[] {
		return this.#prepare(query).statement.all(...bindings) as T[];
	}

	has(table: string): boolean {
		if (this.#tables.has(table)) return true;
		const query = "SELECT 1 FROM sqlite_master WHERE name = ?";
		const isThere = this.rows(query, table).length > 0;
		if (isThere) this.#tables.add(table);
		return isThere;
	}

	#exec(query: string, bindings: readonly unknown[]) {
		const writes = !/^\s*(select|with)\b/i.test(query);
		if (writes && this.#refuses.statement(query))
			if (this.#changes(() => this.#run(query, bindings))) throw diskFull();
		return this.#run(query, bindings);
	}

	/** Tells whether something would change what is there. */
	#changes(run: () => void): boolean {
		return this.aside(() => {
			const before = this.#version();
			run();
			return this.#version() !== before;
		});
	}

	#version(): string {
		return JSON.stringify(
			this.rows(
				"SELECT total_changes() AS changes, schema_version FROM pragma_schema_version",
			),
		);
	}

	#wrote(rows: number): void {
		this.#writes++;
		this.rowsWritten += rows;
		if (!this.#isAside) this.#onWrite();
	}

	#run(query: string, bindings: readonly unknown[]) {
		if (bindings.length === 0 && /;\s*\S/.test(query)) {
			this.#sqlite.exec(query);
			this.#tables.clear();
			this.#wrote(0);
			return cursor([], 0);
		}
		const { statement, reads, isSchema } = this.#prepare(query);
		const values = bindings as (string | number | null)[];
		if (reads) return cursor(statement.all(...values), 0);
		const ran = Number(statement.run(...values).changes);
		// Of a change to the schema SQLite tells the rows of the statement before.
		const rows = isSchema ? 0 : ran;
		if (isSchema) this.#tables.clear();
		if (rows > 0 || isSchema) this.#wrote(rows);
		return cursor([], rows);
	}

	#transaction<T>(run: () => T): T {
		const name = `s${this.#depth++}`;
		this.#do(`SAVEPOINT ${name}`);
		try {
			const before = this.#writes;
			const result = run();
			if (this.#writes > before && this.#refuses.transaction())
				throw diskFull();
			this.#do(`RELEASE ${name}`);
			return result;
		} catch (error) {
			this.#takeBack(name);
			throw error;
		} finally {
			this.#depth--;
		}
	}

	/** Undoes what was written since a savepoint. */
	#takeBack(savepoint: string): void {
		this.#do(`ROLLBACK TO ${savepoint}`);
		this.#do(`RELEASE ${savepoint}`);
		this.#tables.clear();
	}

	/** Begins or ends a transaction. */
	#do(command: string): void {
		this.#prepare(command).statement.run();
	}

	/** Prepares a statement once: asking one for its columns costs as much as running it. */
	#prepare(query: string): Prepared {
		let prepared = this.#prepared.get(query);
		if (!prepared) {
			const statement = this.#sqlite.prepare(query);
			prepared = {
				statement,
				reads: statement.columns().length > 0,
				isSchema: /^\s*(create|drop|alter)\b/i.test(query),
			};
			this.#prepared.set(query, prepared);
		}
		return prepared;
	}
}

/** Makes an answer of `sql.exec`; every row is there already. */
function cursor(rows: readonly unknown[], rowsWritten: number) {
	const list = rows.map((row) => ({ ...(row as Row) }));
	return {
		rowsWritten,
		toArray: () => list,
		one: () => {
			if (list.length !== 1)
				throw new Error(`Expected exactly one result, got ${list.length}`);
			return list[0];
		},
		raw: () => list.map((row) => Object.values(row))[Symbol.iterator](),
		[Symbol.iterator]: () => list[Symbol.iterator](),
	};
}
