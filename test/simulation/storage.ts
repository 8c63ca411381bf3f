import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Database } from "../../templates/runtime/object/database.ts";

type Row = Record<string, unknown>;

/**
 * An object's storage over real SQL. What was written since the last commit is
 * one open transaction: a crash rolls it back.
 */
export class Storage {
	readonly #sqlite = new DatabaseSync(":memory:");
	readonly #statements = new Map<string, StatementSync>();
	readonly #wrote: () => void;
	#depth = 0;

	/** @param wrote called after every statement that wrote something */
	constructor(wrote: () => void) {
		this.#wrote = wrote;
		this.#sqlite.exec("BEGIN");
	}

	commit(): void {
		this.#sqlite.exec("COMMIT; BEGIN");
	}

	rollback(): void {
		this.#sqlite.exec("ROLLBACK; BEGIN");
	}

	close(): void {
		this.#sqlite.close();
	}

	/** What the roles take for `ctx.storage`, as long as `isAlive`. */
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

	/** Rows for the eyes of the checks. */
	rows<T = Row>(query: string): T[] {
		return this.#prepare(query).all() as T[];
	}

	has(table: string): boolean {
		return (
			this.rows(`SELECT 1 FROM sqlite_master WHERE name = '${table}'`).length >
			0
		);
	}

	#exec(query: string, bindings: readonly unknown[]) {
		if (bindings.length === 0 && /;\s*\S/.test(query)) {
			this.#sqlite.exec(query);
			this.#wrote();
			return cursor([], 0);
		}
		const statement = this.#prepare(query);
		const values = bindings as (string | number | null)[];
		if (statement.columns().length > 0)
			return cursor(statement.all(...values), 0);
		const changes = Number(statement.run(...values).changes);
		if (changes > 0 || /^\s*create/i.test(query)) this.#wrote();
		return cursor([], changes);
	}

	#transaction<T>(run: () => T): T {
		const name = `s${this.#depth++}`;
		this.#sqlite.exec(`SAVEPOINT ${name}`);
		try {
			const result = run();
			this.#sqlite.exec(`RELEASE ${name}`);
			return result;
		} catch (error) {
			this.#sqlite.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
			throw error;
		} finally {
			this.#depth--;
		}
	}

	#prepare(query: string): StatementSync {
		let statement = this.#statements.get(query);
		if (!statement) {
			statement = this.#sqlite.prepare(query);
			this.#statements.set(query, statement);
		}
		return statement;
	}
}

/** What `sql.exec` answers; every row is there already. */
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
