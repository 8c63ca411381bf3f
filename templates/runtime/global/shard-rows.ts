import { addColumns, type Database } from "../object/database.ts";
import type { Brought } from "../object/vitals.ts";
import { type Applied, type Batch, volumeOf } from "../protocol.ts";

/** Which batches are in the totals, and what they brought: a row a shard. */
export class ShardRows {
	readonly #sql: SqlStorage;

	constructor({ sql }: Database) {
		this.#sql = sql;
		sql.exec(`
			CREATE TABLE IF NOT EXISTS shards (
				shard INTEGER PRIMARY KEY,
				epoch INTEGER NOT NULL,
				seq INTEGER NOT NULL,
				written INTEGER NOT NULL -- the number of its last one among all writes
			);
		`);
		// Earlier code keeps no sums: what it writes lets them begin at 0 again.
		addColumns(sql, "shards", {
			flushes: "INTEGER NOT NULL DEFAULT 0",
			requests: "INTEGER NOT NULL DEFAULT 0",
			volume: "REAL NOT NULL DEFAULT 0",
		});
	}

	/** The number of the last write of any shard. */
	written(): number {
		return this.#sql
			.exec<{ written: number }>(
				"SELECT COALESCE(MAX(written), 0) AS written FROM shards",
			)
			.one().written;
	}

	/** The last batch of a shard that is in the totals. */
	applied(shard: number): Applied | undefined {
		const [row] = this.#sql
			.exec<{ epoch: number; seq: number }>(
				"SELECT epoch, seq FROM shards WHERE shard = ?",
				shard,
			)
			.toArray();
		return row;
	}

	/** A shard is known to hold counts from now on. */
	add(shard: number): void {
		this.#sql.exec(
			"INSERT OR IGNORE INTO shards (shard, epoch, seq, written) VALUES (?, 0, 0, 0)",
			shard,
		);
	}

	/** A batch is in the totals. Costs one row. */
	note(batch: Batch, written: number): void {
		this.#sql.exec(
			`INSERT INTO shards (shard, epoch, seq, written, flushes, requests, volume)
			VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET
				epoch = excluded.epoch, seq = excluded.seq,
				written = excluded.written, flushes = flushes + 1,
				requests = requests + excluded.requests,
				volume = volume + excluded.volume`,
			batch.shard,
			batch.epoch,
			batch.seq,
			written,
			batch.requests ?? 0,
			volumeOf(batch.entries),
		);
	}

	/** What each shard brought, in their order. */
	all(): Brought[] {
		return this.#sql
			.exec<{ [Key in keyof Brought]: number }>(
				"SELECT shard, flushes, requests, volume FROM shards ORDER BY shard",
			)
			.toArray();
	}
}
