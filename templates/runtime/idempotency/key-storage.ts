import type { Database, Remember } from "../object/database.ts";
import type { KeyRecord } from "./contract.ts";
import { KeyJournal } from "./key-journal.ts";
import { NO_ROWS } from "./key-layout.ts";
import { lineOf } from "./key-line.ts";
import { KeyPacks, PACK_KEYS } from "./key-packs.ts";
import { KeyRows } from "./key-rows.ts";

/** Longest time from a request with a key to its count; after that it is refused. */
export const COUNTED_WITHIN_MS = 60_000;

/**
 * Keys and claims are kept for so much longer than the window. A repetition may
 * come at its end, and ask the shard that counted the key as late as it may be
 * counted itself; and the claim that leads there may be as much older.
 */
export const KEPT_LONGER_MS: number = 2 * COUNTED_WITHIN_MS;

/** Says which tables take new keys since when, and how long each keeps them at most. */
type Tables = {
	current: 0 | 1;
	/** Milliseconds since 1970. */
	since: number;
	/** Milliseconds. */
	longest0: number;
	longest1: number;
	/** Number of the journal's rows that hold. */
	round: number;
	/** Order of the packs, JSON. */
	layout0: string;
	layout1: string;
};

/**
 * Keeps the idempotency keys that a shard has seen, each for its window.
 *
 * A commit writes the keys that it counts as one row of a journal. Once there are
 * enough, they become a row of a pack, which is sorted with others as more come:
 * a key so costs a tenth of a row, and is found in a few.
 *
 * Packs, and keys that have a row each, lie in two tables. New keys go to one;
 * once all in the other have expired, that is dropped, and takes the new ones.
 * Deleting a row would cost another; dropping a table costs none.
 *
 * Each table knows the longest that a key in it was to be kept: code with another
 * window may have run before, or run again.
 */
export class KeyStorage {
	readonly #database: Database;
	readonly #sql: SqlStorage;
	readonly #keptMs: number;
	readonly #journal: KeyJournal;
	readonly #packs: readonly [KeyPacks, KeyPacks];
	readonly #rows: KeyRows;
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
			.exec<Tables>(
				`SELECT current, since, longest0, longest1, round, layout0, layout1
				FROM keyTables`,
			)
			.one();
		const { round, layout0, layout1 } = this.#tables;
		this.#journal = new KeyJournal(sql, round);
		this.#packs = [
			new KeyPacks(sql, 0, JSON.parse(layout0)),
			new KeyPacks(sql, 1, JSON.parse(layout1)),
		];
		this.#rows = new KeyRows(sql);
	}

	/**
	 * Forgets what has expired, a whole table at a time. To be called before every
	 * `save` and `count`, and not in a transaction.
	 */
	forget(now: number): void {
		const { current, since, longest0, longest1 } = this.#tables;
		const other = current === 0 ? 1 : 0;
		const longest = [longest0, longest1] as [number, number];
		const [ofCurrent = 0, ofOther = 0] = [longest[current], longest[other]];
		const age = now - since;
		if (age < ofOther && ofCurrent >= this.#keptMs) return;
		// None came to the current one that late: it would have been another by then.
		const dropped: readonly (0 | 1)[] =
			age < ofOther ? [] : age < ofOther + ofCurrent ? [other] : [0, 1];
		const takesNew = dropped.length > 0 ? other : current;
		for (const table of dropped) longest[table] = this.#keptMs;
		longest[takesNew] = Math.max(longest[takesNew] ?? 0, this.#keptMs);
		const { tables, remember } = this.#database.transactionSync(() => {
			// Keys belong to the table that was current when they were counted.
			const packed = this.#pack(this.#journal.lines);
			const cleared = dropped.flatMap((table) => [
				this.#packs[table].clear(),
				this.#rows.clear(table),
			]);
			const tables = {
				...packed.tables,
				...(dropped.includes(0) && { layout0: JSON.stringify(NO_ROWS) }),
				...(dropped.includes(1) && { layout1: JSON.stringify(NO_ROWS) }),
				current: takesNew,
				since: takesNew === current ? since : now,
				longest0: longest[0],
				longest1: longest[1],
			};
			this.#note(tables);
			return { tables, remember: [packed.remember, ...cleared] };
		});
		this.#tables = tables;
		for (const one of remember) one();
	}

	/** Finds what is known of a key; that it was counted outweighs a claim. */
	find(key: string, now: number): KeyRecord | undefined {
		const counted = [this.#journal, ...this.#packs]
			.map((place) => place.find(key))
			.find((found) => found && found.expires > now);
		if (counted) return { fingerprint: counted.fingerprint, claimedBy: [] };
		const { current } = this.#tables;
		return (
			this.#rows.find(current, key, now) ??
			this.#rows.find(1 - current, key, now)
		);
	}

	/** Remembers what is claimed of a key; no shorter than code with another window did. */
	save(key: string, record: KeyRecord, now: number): void {
		this.#rows.save(this.#tables.current, key, record, now + this.#keptMs);
	}

	/**
	 * Remembers the keys that a commit counts, with their fingerprints. To be
	 * called in its transaction.
	 */
	count(keys: ReadonlyMap<string, string>, now: number): Remember {
		if (keys.size === 0) return () => {};
		const expires = now + this.#keptMs;
		const lines = new Map(
			Array.from(keys, ([key, fingerprint]) => [
				key,
				lineOf({ key, fingerprint, expires }),
			]),
		);
		if (this.#journal.size + lines.size < PACK_KEYS)
			return this.#journal.append(lines, this.#tables.round);
		const { tables, remember } = this.#pack([
			...this.#journal.lines,
			...lines.values(),
		]);
		this.#note(tables);
		return () => {
			this.#tables = tables;
			remember();
		};
	}

	/** Moves keys to packs, those of the journal included. In a transaction. */
	#pack(lines: readonly string[]): { tables: Tables; remember: Remember } {
		const { current, round } = this.#tables;
		const { layout, remember } = this.#packs[current].append(
			lines,
			({ key, fingerprint, expires }) =>
				this.#rows.save(current, key, { fingerprint, claimedBy: [] }, expires),
		);
		const tables = {
			...this.#tables,
			round: round + 1,
			[`layout${current}`]: JSON.stringify(layout),
		};
		return {
			tables,
			remember: () => {
				remember();
				this.#journal.clear();
			},
		};
	}

	#note(tables: Tables): void {
		const { current, since, longest0, longest1, round, layout0, layout1 } =
			tables;
		this.#sql.exec(
			`UPDATE keyTables SET current = ?, since = ?, longest0 = ?, longest1 = ?,
				round = ?, layout0 = ?, layout1 = ?`,
			current,
			since,
			longest0,
			longest1,
			round,
			layout0,
			layout1,
		);
	}
}
