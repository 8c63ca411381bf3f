import { type Database, jsonTexts } from "./database.ts";
import type { Applied, Batch, Entry, WriteEvent } from "./protocol.ts";

/** What KV does not have yet. Moments are milliseconds since 1970. */
export interface Unpublished {
	/** Shard writes since the last publication. */
	writes: number;
	/** When the first of them came; null if there is none. */
	since: number | null;
	/** 1 if they must not wait for a threshold: counters were reset. */
	urgent: number;
	/** When KV was last written to, or was tried to be; 0 before the first. */
	triedAt: number;
}

type UnpublishedRow = { [Key in keyof Unpublished]: Unpublished[Key] };

/** Totals stay whole numbers that JavaScript can hold: past this they stand still. */
const LIMIT = Number.MAX_SAFE_INTEGER;

/** What the global object has on disk. */
export class GlobalStorage {
	readonly #database: Database;
	readonly #sql: SqlStorage;

	constructor(database: Database) {
		this.#database = database;
		this.#sql = database.sql;
		this.#sql.exec(`
			CREATE TABLE IF NOT EXISTS counters (
				name TEXT PRIMARY KEY,
				total INTEGER -- NULL while it is registered only
			) WITHOUT ROWID;
			CREATE TABLE IF NOT EXISTS shards (
				shard INTEGER PRIMARY KEY,
				epoch INTEGER NOT NULL,
				seq INTEGER NOT NULL
			);
			CREATE TABLE IF NOT EXISTS unpublished (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				writes INTEGER NOT NULL,
				since INTEGER,
				urgent INTEGER NOT NULL,
				triedAt INTEGER NOT NULL
			);
			INSERT INTO unpublished (id, writes, urgent, triedAt) VALUES (0, 0, 0, 0)
				ON CONFLICT DO NOTHING;
			CREATE TABLE IF NOT EXISTS published (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				kvPrefix TEXT NOT NULL
			);
			CREATE TABLE IF NOT EXISTS writes (
				id INTEGER PRIMARY KEY,
				cmd TEXT NOT NULL,
				event TEXT NOT NULL,
				shardName TEXT NOT NULL,
				counters TEXT NOT NULL,
				timestamp INTEGER NOT NULL
			);
		`);
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

	/** Adds a batch to the totals and remembers that it did, or neither. */
	apply(batch: Batch, now: number): void {
		this.#database.transactionSync(() => {
			for (const text of jsonTexts(batch.entries))
				this.#sql.exec(
					`INSERT INTO counters (name, total)
					SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true
					ON CONFLICT DO UPDATE SET
						total = MAX(-?2, MIN(?2, COALESCE(total, 0) + excluded.total))`,
					text,
					LIMIT,
				);
			this.#sql.exec(
				"INSERT OR REPLACE INTO shards (shard, epoch, seq) VALUES (?, ?, ?)",
				batch.shard,
				batch.epoch,
				batch.seq,
			);
			this.#sql.exec(
				"UPDATE unpublished SET writes = writes + 1, since = COALESCE(since, ?)",
				now,
			);
		});
	}

	totals(): Entry[] {
		return [
			...this.#sql
				.exec(
					"SELECT name, total FROM counters WHERE total IS NOT NULL ORDER BY name",
				)
				.raw<[string, number]>(),
		];
	}

	/** A counter's total; undefined if it was never counted. */
	total(name: string): number | undefined {
		const [row] = this.#sql
			.exec<{ total: number | null }>(
				"SELECT total FROM counters WHERE name = ?",
				name,
			)
			.toArray();
		return row?.total ?? undefined;
	}

	/**
	 * Makes room for each list of names, as long as there are at most `limit`
	 * names in all: for the whole list or for none of it.
	 *
	 * @param shard that asks; it is known to hold counts from now on
	 * @returns of each list, the names there was no room for
	 */
	register(
		lists: readonly (readonly string[])[],
		shard: number,
		limit: number,
	): string[][] {
		return this.#database.transactionSync(() => {
			this.#sql.exec(
				"INSERT OR IGNORE INTO shards (shard, epoch, seq) VALUES (?, 0, 0)",
				shard,
			);
			let { room } = this.#sql
				.exec<{ room: number }>(
					"SELECT ? - COUNT(*) AS room FROM counters",
					limit,
				)
				.one();
			return lists.map((names) => {
				const added = this.#unknown(names);
				if (added.length > room) return added.slice(Math.max(room, 0));
				for (const text of jsonTexts(added))
					this.#sql.exec(
						"INSERT INTO counters (name) SELECT value FROM json_each(?)",
						text,
					);
				room -= added.length;
				return [];
			});
		});
	}

	#unknown(names: readonly string[]): string[] {
		return [...jsonTexts(names)].flatMap((text) =>
			[
				...this.#sql
					.exec(
						`SELECT DISTINCT value FROM json_each(?) WHERE NOT EXISTS
							(SELECT 1 FROM counters WHERE name = value)`,
						text,
					)
					.raw<[string]>(),
			].map(([name]) => name),
		);
	}

	/** The shards that ever registered a name, in order: no other has counted. */
	shards(): number[] {
		return [
			...this.#sql
				.exec<{ shard: number }>("SELECT shard FROM shards ORDER BY shard")
				.raw<[number]>(),
		].map(([shard]) => shard);
	}

	/**
	 * Forgets one counter or, without a name, all. The publication of that is
	 * due at once, whatever the thresholds say.
	 *
	 * @param registered names whose room is kept
	 */
	reset(
		name: string | undefined,
		registered: readonly string[],
		now: number,
	): void {
		this.#database.transactionSync(() => {
			if (name === undefined) this.#sql.exec("DELETE FROM counters");
			else this.#sql.exec("DELETE FROM counters WHERE name = ?", name);
			for (const text of jsonTexts(registered))
				this.#sql.exec(
					"INSERT OR IGNORE INTO counters (name) SELECT value FROM json_each(?)",
					text,
				);
			this.#sql.exec(
				"UPDATE unpublished SET writes = writes + 1, since = COALESCE(since, ?), urgent = 1",
				now,
			);
		});
	}

	unpublished(): Unpublished {
		return this.#sql
			.exec<UnpublishedRow>(
				"SELECT writes, since, urgent, triedAt FROM unpublished",
			)
			.one();
	}

	/** Remembers an attempt, so that the pace also holds after a restart. */
	trying(now: number): void {
		this.#sql.exec("UPDATE unpublished SET triedAt = ?", now);
	}

	/**
	 * What was unpublished before is in KV now.
	 *
	 * @param at when those totals were read: later ones wait from then on
	 * @param kvPrefix it was published under; costs a row only if it is another
	 */
	published({ writes }: Unpublished, at: number, kvPrefix: string): void {
		this.#database.transactionSync(() => {
			this.#sql.exec(
				`UPDATE unpublished SET
					since = IIF(writes = ?1, NULL, ?2),
					urgent = IIF(writes = ?1, 0, urgent),
					writes = writes - ?1`,
				writes,
				at,
			);
			this.#sql.exec(
				`INSERT INTO published (id, kvPrefix) VALUES (0, ?)
				ON CONFLICT DO UPDATE SET kvPrefix = excluded.kvPrefix
					WHERE kvPrefix <> excluded.kvPrefix`,
				kvPrefix,
			);
		});
	}

	/** The prefix of the last publication, if there is one and it is known. */
	publishedUnder(): string | undefined {
		const [row] = this.#sql
			.exec<{ kvPrefix: string }>("SELECT kvPrefix FROM published")
			.toArray();
		return row?.kvPrefix;
	}

	/** Appends to the log and keeps the newest `limit` events. */
	log(
		{ cmd, event, shardName, counters, timestamp }: WriteEvent,
		limit: number,
	) {
		if (limit > 0)
			this.#sql.exec(
				"INSERT INTO writes (cmd, event, shardName, counters, timestamp) VALUES (?, ?, ?, ?, ?)",
				cmd,
				event,
				shardName,
				JSON.stringify(counters),
				timestamp,
			);
		this.#sql.exec(
			"DELETE FROM writes WHERE id <= (SELECT MAX(id) FROM writes) - ?",
			limit,
		);
	}

	/** The events that the log still holds, newest first. */
	writes(): WriteEvent[] {
		return this.#sql
			.exec<Record<keyof WriteEvent, SqlStorageValue>>(
				"SELECT cmd, event, shardName, counters, timestamp FROM writes ORDER BY id DESC",
			)
			.toArray()
			.map((row) => ({
				...(row as unknown as WriteEvent),
				counters: JSON.parse(String(row.counters)),
			}));
	}
}
