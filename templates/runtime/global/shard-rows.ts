import type { Database } from "../object/database.ts";
import type { ShardStats } from "../object/health.ts";
import { type Batch, volumeOf } from "../protocol.ts";

/** The epoch of the row that a shard has before its first batch. */
const NO_EPOCH = 0;

/**
 * Keeps which batches are in the totals, and their sums: a row for each shard,
 * and one for each epoch of it that has brought something.
 *
 * Epochs have no order: a batch may arrive after its shard has lost its storage
 * and started over, and is counted all the same.
 */
export class ShardRows {
	readonly #sql: SqlStorage;

	/**
	 * @param shards the least number of shards, retired ones included: they may
	 * have counted for a global object that lost its storage
	 */
	constructor({ sql }: Database, shards: number) {
		this.#sql = sql;
		sql.exec(
			`WITH RECURSIVE indices (shard) AS (
				SELECT 0 UNION ALL SELECT shard + 1 FROM indices WHERE shard + 1 < ?
			)
			INSERT OR IGNORE INTO shards
			SELECT shard, ${NO_EPOCH}, 0, 0, 0, 0, 0 FROM indices`,
			shards,
		);
	}

	/** The number of the last write of any shard. */
	written(): number {
		return this.#sql
			.exec<{ written: number }>(
				"SELECT COALESCE(MAX(written), 0) AS written FROM shards",
			)
			.one().written;
	}

	/** The last batch of a shard's epoch that is in the totals; 0 before the first. */
	applied(shard: number, epoch: number): number {
		const [row] = this.#sql
			.exec<{ seq: number }>(
				"SELECT seq FROM shards WHERE shard = ? AND epoch = ?",
				shard,
				epoch,
			)
			.toArray();
		return row?.seq ?? 0;
	}

	/** Tells whether any batch of a shard is in the totals. */
	hasBatches(shard: number): boolean {
		return (
			this.#sql
				.exec("SELECT 1 FROM shards WHERE shard = ? AND seq > 0 LIMIT 1", shard)
				.toArray().length > 0
		);
	}

	/** A shard is known to hold counts from now on. */
	add(shard: number): void {
		this.#sql.exec(
			`INSERT OR IGNORE INTO shards VALUES (?, ${NO_EPOCH}, 0, 0, 0, 0, 0)`,
			shard,
		);
	}

	/** A batch is in the totals. Costs one row. */
	note(batch: Batch, written: number): void {
		this.#sql.exec(
			`INSERT INTO shards VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET
				seq = excluded.seq, written = excluded.written, flushes = flushes + 1,
				requests = requests + excluded.requests,
				volume = volume + excluded.volume`,
			batch.shard,
			batch.epoch,
			batch.seq,
			written,
			batch.requests,
			volumeOf(batch.entries),
		);
	}

	/** Sums up by shard, in their order, what is in the totals. */
	all(): ShardStats[] {
		return this.#sql
			.exec<{ [Key in keyof ShardStats]: number }>(
				`SELECT shard, SUM(flushes) AS flushes, SUM(requests) AS requests,
					SUM(volume) AS volume
				FROM shards GROUP BY shard ORDER BY shard`,
			)
			.toArray();
	}
}
