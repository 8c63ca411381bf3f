import type { KeyRecord } from "./contract.ts";
import { rowsTable } from "./schema.ts";

/**
 * Keeps keys in a row each: those that other shards have claimed, those that a
 * pack had no room for, and those that code without packs has counted. Mostly
 * there are none, and nothing is read then.
 */
export class KeyRows {
	readonly #sql: SqlStorage;
	/** By table: it may have rows. */
	readonly #hasRows: boolean[];

	constructor(sql: SqlStorage) {
		this.#sql = sql;
		this.#hasRows = [0, 1].map(
			(table) =>
				sql.exec(`SELECT 1 FROM keyRows${table} LIMIT 1`).toArray().length > 0,
		);
	}

	find(table: number, key: string, now: number): KeyRecord | undefined {
		if (!this.#hasRows[table]) return undefined;
		const [row] = this.#sql
			.exec<{ fingerprint: string | null; claimedBy: string }>(
				`SELECT fingerprint, claimedBy FROM keyRows${table}
				WHERE key = ? AND expires > ?`,
				key,
				now,
			)
			.toArray();
		return row && { ...row, claimedBy: JSON.parse(row.claimedBy) };
	}

	/** Writes a row; one that is there keeps the later end of the two. */
	save(
		table: number,
		key: string,
		{ fingerprint, claimedBy }: KeyRecord,
		expires: number,
	): void {
		// Also if that is taken back: then there is nothing to be found.
		this.#hasRows[table] = true;
		this.#sql.exec(
			`INSERT INTO keyRows${table}
				(key, fingerprint, claimedBy, expires) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET
				fingerprint = excluded.fingerprint, claimedBy = excluded.claimedBy,
				expires = MAX(expires, excluded.expires)`,
			key,
			fingerprint,
			JSON.stringify(claimedBy),
			expires,
		);
	}

	/** Drops a table, which writes no row. To be called in a transaction. */
	clear(table: number): () => void {
		this.#sql.exec(`DROP TABLE keyRows${table}`);
		this.#sql.exec(rowsTable(table));
		return () => {
			this.#hasRows[table] = false;
		};
	}
}
