import type { Stamps } from "../history/contract.ts";
import { type Database, jsonTexts, type Remember } from "../object/database.ts";
import { Journal } from "../object/journal.ts";
import { type Amount, addUp, NO_SLOT, volumeOf } from "../protocol.ts";
import {
	addToBatch,
	emptyBatch,
	type ShardBatch,
	type Stamped,
} from "./unflushed.ts";

/** A row of the journal: see `schema.ts`. */
type Row = {
	seq: number;
	requests: number;
	since: number;
	entries: string;
	seals: number;
	/** Only where history is kept. */
	slot?: number | null;
};

/**
 * Keeps a shard's counts on disk: a journal with one row for each commit, whatever
 * the number of counters in it, and which batch was sealed last.
 *
 * A row says which batch it is of: the sealed one, or the open one after it.
 */
export class ShardStorage {
	readonly #sql: SqlStorage;
	readonly #stamps: Stamps | undefined;
	readonly #journal: Journal<Row>;
	/** The last batch that was sealed with a row of its own. */
	#sealed = 0;

	/** Nothing was here: the shard is new, or has lost its storage. */
	readonly isNew: boolean;

	/**
	 * @param newEpoch the epoch of storage that is empty: like no other
	 * @param stamps where history is kept
	 */
	constructor(
		database: Database,
		newEpoch: number,
		stamps: Stamps | undefined,
	) {
		const { sql } = database;
		this.#sql = sql;
		this.#stamps = stamps;
		const columns = ["seq", "requests", "since", "entries", "seals"] as const;
		this.#journal = new Journal(database, {
			columns: stamps ? [...columns, "slot"] : columns,
			batch: "seq",
		});
		const { rowsWritten } = sql.exec(
			"INSERT INTO shard (id, epoch, seq, isApplied) VALUES (0, ?, 0, 1) ON CONFLICT DO NOTHING",
			newEpoch,
		);
		this.isNew = rowsWritten > 0;
	}

	/**
	 * The epoch, the number of the last sealed batch (0 before the first), and
	 * whether it is noted as applied. All before it are. A row tells that its
	 * batch was sealed, or at least the one before.
	 */
	state(): { epoch: number; seq: number; isApplied: boolean } {
		const { epoch, seq, isApplied, sealed } = this.#sql
			.exec<{ epoch: number; seq: number; isApplied: number; sealed: number }>(
				`SELECT epoch, seq, isApplied,
					COALESCE((SELECT MAX(seq - 1 + seals) FROM journal), 0) AS sealed
				FROM shard`,
			)
			.one();
		return sealed > seq
			? { epoch, seq: sealed, isApplied: false }
			: { epoch, seq, isApplied: isApplied === 1 };
	}

	/**
	 * The batches that the global may not have yet, oldest first. To be called
	 * once, before anything is written.
	 *
	 * A sealed batch may be here in part: then the global had it, and rows of it
	 * were used for later commits. It is ignored there.
	 */
	load(): ShardBatch[] {
		const { seq: sealed, isApplied } = this.state();
		const batches: ShardBatch[] = [];
		const rows = this.#journal.load(isApplied ? sealed + 1 : sealed);
		for (const { seq, requests, since, entries, slot } of rows) {
			let batch = batches.at(-1);
			if (batch?.seq !== seq) {
				batch = emptyBatch(seq, since, this.#stamps?.begin(since));
				batches.push(batch);
			}
			const list: Amount[] = JSON.parse(entries);
			const stamped = { slot: slot ?? undefined, entries: list };
			addToBatch(batch, stamped, requests, volumeOf(list));
		}
		return batches;
	}

	/**
	 * Writes what some requests counted into the open batch. To be called in a
	 * transaction.
	 *
	 * @param open the open batch, without these requests
	 * @param seals true to close the batch with it, which costs no row then
	 */
	append(
		open: ShardBatch,
		parts: readonly Stamped[],
		requests: number,
		seals: boolean,
	): Remember {
		const remember = this.#journal.isLong(open.seq)
			? this.#compact(open, parts, requests, seals)
			: this.#journal.extend(open.seq, rowsOf(open, parts, requests, seals));
		return () => {
			remember();
			if (seals) this.#sealed = open.seq;
		};
	}

	/** Closes the open batch; the one before it has been applied. */
	seal(seq: number): void {
		if (this.#sealed !== seq)
			this.#sql.exec("UPDATE shard SET seq = ?, isApplied = 0", seq);
		this.#journal.close();
	}

	/** The global has applied a batch: its rows are free. */
	drop(seq: number): void {
		this.#journal.free(seq);
	}

	/**
	 * Notes that the sealed batch is applied, so that it is not sent once more
	 * after a restart. Sealing the next one says the same.
	 */
	settle(seq: number): void {
		this.#sql.exec(
			"UPDATE shard SET seq = ?1, isApplied = 1 WHERE seq <> ?1 OR isApplied = 0",
			seq,
		);
	}

	/** Writes the whole open batch anew. */
	#compact(
		open: ShardBatch,
		parts: readonly Stamped[],
		requests: number,
		seals: boolean,
	): Remember {
		return this.#journal.compact(
			open.seq,
			rowsOf(open, addParts(open, parts), open.requests + requests, seals),
		);
	}
}

/** Adds up by slot what an open batch has and what comes to it. */
function addParts(
	{ deltas, slots }: ShardBatch,
	added: readonly Stamped[],
): Stamped[] {
	const known = slots?.list() ?? [];
	// Without history all of it, and else what code without it has written.
	const unstamped = addUp([
		[...deltas],
		...known.map(([, entries]) => negated(entries)),
	]).filter(([, sum]) => sum !== 0 || !slots);
	const lists = new Map<number | undefined, (readonly Amount[])[]>();
	const add = (slot: number | undefined, entries: readonly Amount[]) =>
		lists.set(slot, [...(lists.get(slot) ?? []), entries]);
	if (unstamped.length > 0) add(undefined, unstamped);
	for (const [slot, entries] of known) add(slot, entries);
	for (const { slot, entries } of added) add(slot, entries);
	return [...lists].map(([slot, entries]) => ({
		slot,
		// Counts from elsewhere keep their places.
		entries: slot === NO_SLOT ? entries.flat() : addUp(entries),
	}));
}

function negated(entries: readonly Amount[]): Amount[] {
	return entries.map(([name, value]) => [name, -value]);
}

/** As many rows as the size of a row demands; mostly it is one. */
function rowsOf(
	{ seq, since, slots }: ShardBatch,
	parts: readonly Stamped[],
	requests: number,
	seals: boolean,
): Row[] {
	const rows = parts.flatMap(({ slot, entries }) =>
		jsonTexts(entries).map((text) => ({ text, slot })),
	);
	return rows.map(({ text, slot }, n) => ({
		seq,
		requests: n === 0 ? requests : 0,
		since,
		entries: text,
		seals: seals ? 1 : 0,
		...(slots && { slot: slot ?? null }),
	}));
}
