import { type Database, jsonTexts } from "./database.ts";
import type { Entry, NameRange, WriteReason } from "./protocol.ts";

/** A batch without its entries. */
export interface BatchInfo {
	seq: number;
	/** Requests counted into it. */
	requests: number;
	/** Sum of the absolute increments: no counter in it can be further from 0. */
	volume: number;
	/** When its first increment came; milliseconds since 1970. */
	since: number;
	/** Why it was sealed; null while it is open. */
	reason: WriteReason | null;
}

/** A `type`, not an `interface`: only that has the index signature SQL rows need. */
type BatchRow = { [Key in keyof BatchInfo]: BatchInfo[Key] };

/**
 * What a shard has on disk. Deltas carry the number of the batch they belong
 * to from the start, so sealing a batch moves no rows: the next increment just
 * opens the next number. At most one sealed and one open batch exist.
 */
export class ShardStorage {
	readonly #database: Database;
	readonly #sql: SqlStorage;

	/** @param now becomes the epoch of a shard whose storage is empty */
	constructor(database: Database, now: number) {
		const { sql } = database;
		this.#database = database;
		this.#sql = sql;
		sql.exec(`
			CREATE TABLE IF NOT EXISTS shard (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				epoch INTEGER NOT NULL,
				seq INTEGER NOT NULL
			);
			CREATE TABLE IF NOT EXISTS batches (
				seq INTEGER PRIMARY KEY,
				requests INTEGER NOT NULL,
				volume INTEGER NOT NULL,
				since INTEGER NOT NULL,
				reason TEXT
			);
			CREATE TABLE IF NOT EXISTS deltas (
				seq INTEGER NOT NULL,
				name TEXT NOT NULL,
				delta INTEGER NOT NULL,
				PRIMARY KEY (seq, name)
			) WITHOUT ROWID;
		`);
		sql.exec(
			"INSERT INTO shard (id, epoch, seq) VALUES (0, ?, 0) ON CONFLICT DO NOTHING",
			now,
		);
	}

	/** The epoch, and the number of the last sealed batch (0 before the first). */
	state(): { epoch: number; seq: number } {
		return this.#sql
			.exec<{ epoch: number; seq: number }>("SELECT epoch, seq FROM shard")
			.one();
	}

	/** The batches that the global may not have yet, oldest first. */
	batches(): BatchInfo[] {
		return this.#sql
			.exec<BatchRow>(
				"SELECT seq, requests, volume, since, reason FROM batches ORDER BY seq",
			)
			.toArray();
	}

	/** Adds entries to an open batch, which is saved as it is then. */
	add(batch: BatchInfo, entries: readonly Entry[]): void {
		for (const text of jsonTexts(entries))
			this.#sql.exec(
				`INSERT INTO deltas (seq, name, delta)
				SELECT ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE true
				ON CONFLICT DO UPDATE SET delta = delta + excluded.delta`,
				batch.seq,
				text,
			);
		this.#sql.exec(
			"INSERT OR REPLACE INTO batches (seq, requests, volume, since) VALUES (?, ?, ?, ?)",
			batch.seq,
			batch.requests,
			batch.volume,
			batch.since,
		);
	}

	/** Closes the open batch: what comes next belongs to `seq + 1`. */
	seal(seq: number, reason: WriteReason): void {
		this.#database.transactionSync(() => {
			this.#sql.exec("UPDATE shard SET seq = ?", seq);
			this.#sql.exec(
				"UPDATE batches SET reason = ? WHERE seq = ?",
				reason,
				seq,
			);
		});
	}

	/** A batch's deltas of a range of names. */
	entries(seq: number, { from, to }: NameRange = { from: "" }): Entry[] {
		return [
			...this.#sql
				.exec(
					// Any BLOB is past any TEXT.
					`SELECT name, delta FROM deltas
					WHERE seq = ? AND name >= ? AND name <= COALESCE(?, x'')`,
					seq,
					from,
					to ?? null,
				)
				.raw<[string, number]>(),
		];
	}

	/** Forgets a batch that the global has applied. */
	drop(seq: number): void {
		this.#database.transactionSync(() => {
			this.#sql.exec("DELETE FROM deltas WHERE seq = ?", seq);
			this.#sql.exec("DELETE FROM batches WHERE seq = ?", seq);
		});
	}
}
