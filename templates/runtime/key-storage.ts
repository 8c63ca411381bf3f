import type { Database } from "./database.ts";

/** What a shard knows of an idempotency key. */
export interface KeyRecord {
	/** Of the request that this shard counted; null if it counted none. */
	fingerprint: string | null;
	/** The shards that have asked for the key: one of them may have counted it. */
	claimedBy: readonly number[];
}

/** Expired keys that a new key removes at the most: the work stays bounded. */
const PRUNED = 100;

/** The idempotency keys that a shard has seen, each until it expires. */
export class KeyStorage {
	readonly #sql: SqlStorage;
	readonly #window: number;

	/** @param window milliseconds that a key is remembered */
	constructor({ sql }: Database, window: number) {
		this.#sql = sql;
		this.#window = window;
		sql.exec(`
			CREATE TABLE IF NOT EXISTS keys (
				key TEXT PRIMARY KEY,
				fingerprint TEXT,
				claimedBy TEXT NOT NULL,
				expires INTEGER NOT NULL
			) WITHOUT ROWID;
			CREATE INDEX IF NOT EXISTS keysByExpiry ON keys (expires);
			CREATE TABLE IF NOT EXISTS resharded (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				reshardings INTEGER NOT NULL,
				at INTEGER NOT NULL
			);
		`);
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

	find(key: string, now: number): KeyRecord | undefined {
		const [row] = this.#sql
			.exec<{ fingerprint: string | null; claimedBy: string }>(
				"SELECT fingerprint, claimedBy FROM keys WHERE key = ? AND expires > ?",
				key,
				now,
			)
			.toArray();
		return row && { ...row, claimedBy: JSON.parse(row.claimedBy) };
	}

	/** Remembers a key, and forgets some that expired. */
	save(key: string, { fingerprint, claimedBy }: KeyRecord, now: number): void {
		this.#sql.exec(
			`DELETE FROM keys WHERE key IN (
				SELECT key FROM keys WHERE expires <= ? ORDER BY expires LIMIT ?
			)`,
			now,
			PRUNED,
		);
		this.#sql.exec(
			"INSERT OR REPLACE INTO keys (key, fingerprint, claimedBy, expires) VALUES (?, ?, ?, ?)",
			key,
			fingerprint,
			JSON.stringify(claimedBy),
			now + this.#window,
		);
	}
}
