import type { Database } from "../object/database.ts";
import type { KeyRecord } from "./contract.ts";
import { keysTable } from "./schema.ts";

/** Longest time from a request with a key to its count; after that it is refused. */
export const COUNTED_WITHIN_MS = 60_000;

/**
 * Keys and claims are kept for so much longer than the window. A repetition may
 * come at its end, and ask the shard that counted the key as late as it may be
 * counted itself; and the claim that leads there may be as much older.
 */
export const KEPT_LONGER_MS: number = 2 * COUNTED_WITHIN_MS;

/** Says which table takes new keys since when, and how long each keeps them at most. */
type Tables = {
	current: number;
	/** Milliseconds since 1970. */
	since: number;
	/** Milliseconds. */
	longest0: number;
	longest1: number;
};

/**
 * Keeps the idempotency keys that a shard has seen, each for its window.
 *
 * They lie in two tables. New keys go to one; once all in the other have expired,
 * that is dropped, and takes the new ones. So a key costs one written row.
 * Deleting it alone would cost another, and an index to find it by two more;
 * dropping a table costs none.
 *
 * Each table knows the longest that a key in it was to be kept: code with another
 * window may have run before, or run again.
 */
export class KeyStorage {
	readonly #database: Database;
	readonly #sql: SqlStorage;
	readonly #keptMs: number;
	#tables: Tables;

	/** @param window milliseconds within which a key counts once */
	constructor(database: Database, window: number, now: number) {
		const { sql } = database;
		this.#database = database;
		this.#sql = sql;
		this.#keptMs = window + KEPT_LONGER_MS;
		sql.exec(
			`INSERT INTO keyTables (id, current, since, longest0, longest1)
			VALUES (0, 0, ?1, ?2, ?2) ON CONFLICT DO NOTHING`,
			now,
			this.#keptMs,
		);
		this.#tables = sql
			.exec<Tables>("SELECT current, since, longest0, longest1 FROM keyTables")
			.one();
	}

	/**
	 * Forgets what has expired, a whole table at a time. To be called before every
	 * `save`, and not in a transaction.
	 */
	forget(now: number): void {
		const { current, since, longest0, longest1 } = this.#tables;
		const other = 1 - current;
		const longest = [longest0, longest1] as [number, number];
		const [ofCurrent = 0, ofOther = 0] = [longest[current], longest[other]];
		const age = now - since;
		if (age < ofOther && ofCurrent >= this.#keptMs) return;
		// None came to the current one that late: it would have been another by then.
		const dropped =
			age < ofOther ? [] : age < ofOther + ofCurrent ? [other] : [0, 1];
		const takesNew = dropped.length > 0 ? other : current;
		for (const table of dropped) longest[table] = this.#keptMs;
		longest[takesNew] = Math.max(longest[takesNew] ?? 0, this.#keptMs);
		const tables = {
			current: takesNew,
			since: takesNew === current ? since : now,
			longest0: longest[0],
			longest1: longest[1],
		};
		this.#database.transactionSync(() => {
			for (const table of dropped) this.#clear(table);
			this.#sql.exec(
				"UPDATE keyTables SET current = ?, since = ?, longest0 = ?, longest1 = ?",
				...Object.values(tables),
			);
		});
		this.#tables = tables;
	}

	find(key: string, now: number): KeyRecord | undefined {
		const { current } = this.#tables;
		const [row] = this.#sql
			.exec<{ fingerprint: string | null; claimedBy: string }>(
				`SELECT fingerprint, claimedBy FROM keys${current}
				WHERE key = ?1 AND expires > ?2
				UNION ALL SELECT fingerprint, claimedBy FROM keys${1 - current}
				WHERE key = ?1 AND expires > ?2
				LIMIT 1`,
				key,
				now,
			)
			.toArray();
		return row && { ...row, claimedBy: JSON.parse(row.claimedBy) };
	}

	/** Remembers a key; no shorter than code with another window did. */
	save(key: string, { fingerprint, claimedBy }: KeyRecord, now: number): void {
		this.#sql.exec(
			`INSERT INTO keys${this.#tables.current}
				(key, fingerprint, claimedBy, expires) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET
				fingerprint = excluded.fingerprint, claimedBy = excluded.claimedBy,
				expires = MAX(expires, excluded.expires)`,
			key,
			fingerprint,
			JSON.stringify(claimedBy),
			now + this.#keptMs,
		);
	}

	#clear(table: number): void {
		this.#sql.exec(`DROP TABLE keys${table}`);
		this.#sql.exec(keysTable(table));
	}
}
