import type { Past } from "../history/contract.ts";
import { compareNames } from "../names.ts";
import { type Database, jsonTexts, type Remember } from "../object/database.ts";
import type { Batch, Entry, NameRange } from "../protocol.ts";
import { type Delta, MAX_TOTAL } from "./delta.ts";
import { TotalsJournal } from "./journal.ts";
import { type NameRoom, NameStorage } from "./name-storage.ts";
import type { PageStorage } from "./page-storage.ts";
import type { PublicationStorage } from "./publication-storage.ts";
import { ShardSums } from "./shard-sums.ts";

/** A counter whose name is in a range. Any BLOB is past any TEXT. */
const IN_RANGE = "name >= ? AND name <= COALESCE(?, x'')";

/**
 * The totals, and which batches of which shards are in them: a cache that is
 * written back.
 *
 * A batch goes to the journal, as one row, and to the delta in memory; the rows of
 * counters get it when the delta has become too large, and only those that are
 * seldom counted. Every name of the delta has a row with a total: so the rows alone
 * tell which names there are.
 */
export class GlobalStorage {
	readonly brought: ShardSums = new ShardSums();
	readonly #database: Database;
	readonly #sql: SqlStorage;
	readonly #delta: Delta;
	/** Buckets, where history is kept. */
	readonly past: Past | undefined;
	readonly #journal: TotalsJournal;
	readonly #names: NameStorage;
	readonly #pages: PageStorage;
	readonly #publication: PublicationStorage;

	/**
	 * @param delta is empty; whoever reads totals adds it to what their rows say
	 * @param past where history is kept
	 * @param shards the least number of shards, retired ones included: they may
	 * have counted for a global object that lost its storage
	 * @param isBounded totals have bounds
	 */
	constructor(
		database: Database,
		delta: Delta,
		pages: PageStorage,
		publication: PublicationStorage,
		past: Past | undefined,
		shards: number,
		isBounded = false,
	) {
		this.#database = database;
		this.#sql = database.sql;
		this.#delta = delta;
		this.past = past;
		this.#pages = pages;
		this.#publication = publication;
		this.#names = new NameStorage(database);
		this.#loadShards();
		this.#journal = new TotalsJournal(
			database,
			delta,
			this.brought,
			past,
			isBounded,
		);
		this.#addShards(Array.from({ length: shards }, (_, shard) => shard));
	}

	/** Shard writes ever applied. */
	get written(): number {
		return this.brought.written;
	}

	/** Distinct names, those that are registered only included. */
	get names(): number {
		return this.#names.count;
	}

	/** The last batch of a shard's epoch that is in the totals; 0 before the first. */
	applied(shard: number, epoch: number): number {
		return this.brought.applied(shard, epoch);
	}

	/** Tells whether any batch of a shard is in the totals. */
	hasBatchesOf(shard: number): boolean {
		return this.brought.hasBatches(shard);
	}

	/** Adds a batch to the totals and remembers that it did, or neither. */
	apply(batch: Batch, now: number): void {
		const { entries } = batch;
		const isNew = ([name]: Entry) => !this.#delta.has(name);
		const remember = this.#database.transactionSync(() => {
			const all = [
				this.#names.begin(entries.filter(isNew).map(([name]) => name)),
				this.#journal.append(batch, this.past?.place(batch, now)),
			];
			for (const text of jsonTexts(entries)) this.#pages.touch(text);
			this.#publication.markDirty(now);
			return all;
		});
		for (const one of remember) one();
	}

	/**
	 * Moves to their rows what the delta has of the names that are seldom counted,
	 * until so many are left. No total changes by that.
	 */
	evict(left: number): void {
		const { hot, cold } = this.#delta.divide(left);
		// In their order, what is on a page of the table comes together.
		cold.sort(([a], [b]) => compareNames(a, b));
		const remember = this.#database.transactionSync(() => {
			for (const text of jsonTexts(cold))
				this.#sql.exec(
					`INSERT INTO counters (name, total)
					SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true
					ON CONFLICT DO UPDATE SET
						total = MAX(-?2, MIN(?2, COALESCE(total, 0) + excluded.total))`,
					text,
					MAX_TOTAL,
				);
			return this.#journal.checkpoint(hot);
		});
		remember();
	}

	/** Moves to rows what buckets have of slots that are over. */
	evictSlots(past: Past): void {
		const remember = this.#database.transactionSync(() =>
			this.#journal.checkpoint(this.#delta.entries(), past.evict()),
		);
		remember();
	}

	/** The totals of a range, in the order of names; at most `limit`. */
	totals({ from, to }: NameRange, limit = -1): Entry[] {
		return this.#read(
			`SELECT name, total FROM counters
			WHERE ${IN_RANGE} AND total IS NOT NULL ORDER BY name LIMIT ?`,
			from,
			to ?? null,
			limit,
		);
	}

	/** The totals of some names, in no order. */
	totalsOf(names: readonly string[]): Entry[] {
		return jsonTexts(names).flatMap((text) =>
			this.#read(
				`SELECT name, total FROM json_each(?) JOIN counters ON name = value
				WHERE total IS NOT NULL`,
				text,
			),
		);
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
	 * Makes room for names: see {@link NameStorage.register}.
	 *
	 * @param shard the one that asks; it is known to hold counts from now on
	 */
	register(
		lists: readonly (readonly string[])[],
		shard: number,
		limit: number,
		now: number,
	): string[][] {
		this.#addShards([shard], this.past?.markAt(now));
		const { refused, remember } = this.#database.transactionSync(() =>
			this.#names.register(lists, limit),
		);
		remember();
		return refused;
	}

	/**
	 * Finds the room for names: see {@link NameStorage.room}.
	 *
	 * @param shard as in `register`
	 */
	room(
		names: readonly string[],
		shard: number,
		limit: number,
		now: number,
	): NameRoom {
		this.#addShards([shard], this.past?.markAt(now));
		return this.#names.room(names, limit);
	}

	/** Keeps names that have taken room. In a transaction. */
	addNames(names: readonly string[]): Remember {
		return this.#names.add(names);
	}

	/** The shards that may have counted, in order. */
	shards(): number[] {
		return this.brought.stats().map(({ shard }) => shard);
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
		const left =
			name === undefined
				? []
				: this.#delta.entries().filter(([one]) => one !== name);
		const remember = this.#database.transactionSync(() => {
			this.#publication.markUrgent(now);
			if (name === undefined) this.#pages.touchAll();
			else this.#pages.touch(JSON.stringify([[name]]));
			return [
				name === undefined
					? this.#names.forgetAll(registered)
					: this.#names.forget(name, registered),
				this.#journal.checkpoint(left, this.past?.reset(name)),
			];
		});
		for (const one of remember) one();
	}

	/** Reads totals: rows, and what came since. */
	#read(query: string, ...bindings: (string | number | null)[]): Entry[] {
		const rows = this.#sql.exec(query, ...bindings).raw<[string, number]>();
		return [...rows].map(([name, row]) => [name, this.#delta.total(name, row)]);
	}

	/** Takes note of shards that are not known yet. */
	#addShards(shards: readonly number[], mark?: number): void {
		const added = shards.filter((shard) => !this.brought.has(shard));
		if (added.length === 0) return;
		this.#database.transactionSync(() =>
			this.#journal.addShards(added, mark),
		)();
	}

	/** Finds what the table of shards says, which code without a journal has written. */
	#loadShards(): void {
		const rows = this.#sql
			.exec("SELECT shard, epoch, seq, flushes, requests, volume FROM shards")
			.raw<[number, number, number, number, number, number]>();
		for (const row of rows) this.brought.note(row);
	}
}
