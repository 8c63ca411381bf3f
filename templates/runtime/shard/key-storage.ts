import type { Database } from "../object/database.ts";

/** A request with a key is counted this soon after it came, or refused. */
export const COUNTED_WITHIN_MS = 60_000;

/**
 * Keys and claims are kept for so much longer than the window. A repetition may
 * come at its end, and ask the shard that counted the key as late as it may be
 * counted itself; and the claim that leads there may be as much older.
 */
export const KEPT_LONGER_MS: number = 2 * COUNTED_WITHIN_MS;

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
 * They lie in two tables. New keys go to one; once it is as old as a key can
 * get, all in the other have expired: that is dropped, and takes the new ones. So a
 * key costs one written row. Deleting it alone would cost another, and an index
 * to find it by two more; dropping a table costs none.
 */
export class KeyStorage {
	readonly #database: Database;
	readonly #sql: SqlStorage;
	readonly #keptMs: number;
	/** Which of the two tables takes new keys. */
	#current: number;
	/** Since when; milliseconds since 1970. */
	#since: number;

	/** @param window milliseconds within which a key counts once */
	constructor(database: Database, window: number, now: number) {
		const { sql } = database;
		this.#database = database;
		this.#sql = sql;
		this.#keptMs = window + KEPT_LONGER_MS;
		sql.exec(`
			CREATE TABLE IF NOT EXISTS keyTables (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				current INTEGER NOT NULL,
				since INTEGER NOT NULL
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

	/** Forgets what has expired, a whole table at a time. */
	forget(now: number): void {
		const age = now - this.#since;
		if (age < this.#keptMs) return;
		const other = 1 - this.#current;
		this.#database.transactionSync(() => {
			this.#clear(other);
			if (age >= 2 * this.#keptMs) this.#clear(this.#current);
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
			now + this.#keptMs,
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
