import { type Database, jsonTexts } from "../object/database.ts";
import type { Batch, Entry, NameRange } from "../protocol.ts";
import type { PageStorage } from "./page-storage.ts";
import type { PublicationStorage } from "./publication-storage.ts";
import { ShardRows } from "./shard-rows.ts";

/** Totals stay whole numbers that JavaScript can hold: past this they stand still. */
const MAX_TOTAL = Number.MAX_SAFE_INTEGER;

/** Most names without room that an answer lists; one more than a refusal shows. */
const MAX_REFUSED_NAMES = 11;

/** A counter whose name is in a range. Any BLOB is past any TEXT. */
const IN_RANGE = "name >= ? AND name <= COALESCE(?, x'')";

/** The totals on disk, and which batches of which shards are in them. */
export class GlobalStorage {
	readonly shardRows: ShardRows;
	readonly #database: Database;
	readonly #sql: SqlStorage;
	readonly #pages: PageStorage;
	readonly #publication: PublicationStorage;
	/** Shard writes ever applied. */
	#written: number;
	/** Number of names, once that was counted. */
	#names: number | undefined;

	/** @param shards the least number of shards: see {@link ShardRows} */
	constructor(
		database: Database,
		pages: PageStorage,
		publication: PublicationStorage,
		shards: number,
	) {
		this.shardRows = new ShardRows(database, shards);
		this.#database = database;
		this.#sql = database.sql;
		this.#pages = pages;
		this.#publication = publication;
		this.#written = this.shardRows.written();
	}

	/** Shard writes ever applied. */
	get written(): number {
		return this.#written;
	}

	/** Distinct names, those that are registered only included. */
	get names(): number {
		this.#names ??= this.#sql
			.exec<{ names: number }>("SELECT COUNT(*) AS names FROM counters")
			.one().names;
		return this.#names;
	}

	/** The last batch of a shard's epoch that is in the totals; 0 before the first. */
	applied(shard: number, epoch: number): number {
		return this.shardRows.applied(shard, epoch);
	}

	/** Tells whether any batch of a shard is in the totals. */
	hasBatchesOf(shard: number): boolean {
		return this.shardRows.hasBatches(shard);
	}

	/** Adds a batch to the totals and remembers that it did, or neither. */
	apply(batch: Batch, now: number): void {
		const written = this.#written + 1;
		let names = this.#names;
		this.#database.transactionSync(() => {
			for (const text of jsonTexts(batch.entries)) {
				// Names that a reset forgot come back without being registered.
				if (names !== undefined) names += this.#countUnknown(text);
				this.#sql.exec(
					`INSERT INTO counters (name, total)
					SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true
					ON CONFLICT DO UPDATE SET
						total = MAX(-?2, MIN(?2, COALESCE(total, 0) + excluded.total))`,
					text,
					MAX_TOTAL,
				);
				this.#pages.touch(text);
			}
			this.shardRows.note(batch, written);
			this.#publication.markDirty(now);
		});
		this.#written = written;
		this.#names = names;
	}

	/** The totals of a range, in the order of names; at most `limit`. */
	totals({ from, to }: NameRange, limit = -1): Entry[] {
		return [
			...this.#sql
				.exec(
					`SELECT name, total FROM counters
					WHERE ${IN_RANGE} AND total IS NOT NULL ORDER BY name LIMIT ?`,
					from,
					to ?? null,
					limit,
				)
				.raw<[string, number]>(),
		];
	}

	/** The totals of some names, in no order. */
	totalsOf(names: readonly string[]): Entry[] {
		return jsonTexts(names).flatMap((text) => [
			...this.#sql
				.exec(
					`SELECT name, total FROM json_each(?) JOIN counters ON name = value
					WHERE total IS NOT NULL`,
					text,
				)
				.raw<[string, number]>(),
		]);
	}

	/**
	 * The last of the first `limit` names of a range, those included that are
	 * registered only; undefined if they are no more than that.
	 */
	lastOf({ from, to }: NameRange, limit: number): string | undefined {
		const [last, next] = this.#sql
			.exec<{ name: string }>(
				`SELECT name FROM counters WHERE ${IN_RANGE}
				ORDER BY name LIMIT 2 OFFSET ?`,
				from,
				to ?? null,
				limit - 1,
			)
			.toArray();
		return next && last?.name;
	}

	/** A counter's total; undefined if it was never counted. */
	total(name: string): number | undefined {
		return this.totals({ from: name, to: name })[0]?.[1];
	}

	/**
	 * Makes room for each list of names, as long as there are at most `limit`
	 * names in all: for the whole list or for none of it.
	 *
	 * @param shard the one that asks; it is known to hold counts from now on
	 * @returns of each list, the names there was no room for
	 */
	register(
		lists: readonly (readonly string[])[],
		shard: number,
		limit: number,
	): string[][] {
		let { names } = this;
		const refused = this.#database.transactionSync(() => {
			this.shardRows.add(shard);
			return lists.map((list) => {
				const room = Math.max(0, limit - names);
				const added = this.#unknown(list, room + MAX_REFUSED_NAMES);
				if (added.length > room) return added.slice(room);
				this.#insert(added);
				names += added.length;
				return [];
			});
		});
		this.#names = names;
		return refused;
	}

	/** The shards that may have counted, in order. */
	shards(): number[] {
		return this.shardRows.all().map(({ shard }) => shard);
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
		// It is counted anew when it is needed.
		this.#names = undefined;
		this.#database.transactionSync(() => {
			if (name === undefined) {
				this.#pages.touchAll();
				this.#sql.exec("DELETE FROM counters");
			} else {
				this.#pages.touch(JSON.stringify([[name]]));
				this.#sql.exec("DELETE FROM counters WHERE name = ?", name);
			}
			this.#insert(registered);
			this.#publication.markUrgent(now);
		});
	}

	#insert(names: readonly string[]): void {
		for (const text of jsonTexts(names))
			this.#sql.exec(
				"INSERT OR IGNORE INTO counters (name) SELECT value FROM json_each(?)",
				text,
			);
	}

	#unknown(names: readonly string[], most: number): string[] {
		return [...jsonTexts(names)].flatMap((text) =>
			[
				...this.#sql
					.exec(
						`SELECT DISTINCT value FROM json_each(?) WHERE NOT EXISTS
							(SELECT 1 FROM counters WHERE name = value) LIMIT ?`,
						text,
						most,
					)
					.raw<[string]>(),
			].map(([name]) => name),
		);
	}

	#countUnknown(entries: string): number {
		return this.#sql
			.exec<{ names: number }>(
				`SELECT COUNT(DISTINCT value ->> 0) AS names FROM json_each(?)
				WHERE NOT EXISTS (SELECT 1 FROM counters WHERE name = value ->> 0)`,
				entries,
			)
			.one().names;
	}
}
