import type { Database } from "../object/database.ts";

/** What a shard knows of an idempotency key. */
export interface KeyRecord {
	/** Of the request that this shard counted; null if it counted none. */
	fingerprint: string | null;
	/** The shards that have asked for the key: one of them may have counted it. */
	claimedBy: readonly number[];
}

/**
 * The idempotency keys that a shard has seen, each for its window.
 *
 * They lie in two tables. New keys go to one; once it is as old as the window,
 * all in the other have expired: that is dropped, and takes the new ones. So a
 * key costs one written row. Deleting it alone would cost another, and an index
 * to find it by two more; dropping a table costs none.
 */
export class KeyStorage {
	readonly #database: Database;
	readonly #sql: SqlStorage;
	readonly #window: number;
	/** Which of the two tables takes new keys. */
	#current: number;
	/** Since when; milliseconds since 1970. */
	#since: number;

	/** @param window milliseconds that a key is remembered */
	constructor(database: Database, window: number, now: number) {
		const { sql } = database;
		this.#database = database;
		this.#sql = sql;
		this.#window = window;
		sql.exec(`
			CREATE TABLE IF NOT EXISTS keyTables (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				current INTEGER NOT NULL,
				since INTEGER NOT NULL
			);
			CREATE TABLE IF NOT EXISTS resharded (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				reshardings INTEGER NOT NULL,
				at INTEGER NOT NULL
			);
		`);
		this.#create(0);
		this.#create(1);
		sql.exec(
			"INSERT INTO keyTables (id, current, since) VALUES (0, 0, ?) ON CONFLICT DO NOTHING",
			now,
		);
		({ current: this.#current, since: this.#since } = sql
			.exec<{ current: number; since: number }>(
				"SELECT current, since FROM keyTables",
			)
			.one());
	}

	/**
	 * When this shard first ran after so many reshardings; notes it, if that is
	 * now. Milliseconds since 1970.
	 */
	reshardedAt(reshardings: number, now: number): number {
		this.#sql.exec(
			`INSERT INTO resharded (id, reshardings, at) VALUES (0, ?1, ?2)
			ON CONFLICT DO UPDATE SET reshardings = ?1, at = ?2
				WHERE reshardings <> ?1`,
			reshardings,
			now,
		);
		return this.#sql.exec<{ at: number }>("SELECT at FROM resharded").one().at;
	}

	/** Forgets what has expired, a whole table at a time. */
	forget(now: number): void {
		const age = now - this.#since;
		if (age < this.#window) return;
		const other = 1 - this.#current;
		this.#database.transactionSync(() => {
			this.#clear(other);
			if (age >= 2 * this.#window) this.#clear(this.#current);
			this.#sql.exec("UPDATE keyTables SET current = ?, since = ?", other, now);
		});
		this.#current = other;
		this.#since = now;
	}

	find(key: string, now: number): KeyRecord | undefined {
		const [row] = this.#sql
			.exec<{ fingerprint: string | null; claimedBy: string }>(
				`SELECT fingerprint, claimedBy FROM keys${this.#current}
				WHERE key = ?1 AND expires > ?2
				UNION ALL SELECT fingerprint, claimedBy FROM keys${1 - this.#current}
				WHERE key = ?1 AND expires > ?2
				LIMIT 1`,
				key,
				now,
			)
			.toArray();
		return row && { ...row, claimedBy: JSON.parse(row.claimedBy) };
	}

	/** Remembers a key. */
	save(key: string, { fingerprint, claimedBy }: KeyRecord, now: number): void {
		this.#sql.exec(
			`INSERT OR REPLACE INTO keys${this.#current}
				(key, fingerprint, claimedBy, expires) VALUES (?, ?, ?, ?)`,
			key,
			fingerprint,
			JSON.stringify(claimedBy),
			now + this.#window,
		);
	}

	#clear(table: number): void {
		this.#sql.exec(`DROP TABLE keys${table}`);
		this.#create(table);
	}

	#create(table: number): void {
		this.#sql.exec(
			`CREATE TABLE IF NOT EXISTS keys${table} (
				key TEXT PRIMARY KEY,
				fingerprint TEXT,
				claimedBy TEXT NOT NULL,
				expires INTEGER NOT NULL
			) WITHOUT ROWID`,
		);
	}
}
