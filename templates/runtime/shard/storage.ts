import { type Database, jsonTexts, type Remember } from "../object/database.ts";
import { addUp, type Entry, volumeOf } from "../protocol.ts";
import { addToBatch, emptyBatch, type ShardBatch } from "./batch.ts";

type JournalRow = {
	id: number;
	seq: number;
	round: number;
	requests: number;
	since: number;
	entries: string;
};

/** A batch of fewer rows is not worth compacting. */
const COMPACT_FROM_ROWS = 32;

/**
 * Keeps a shard's counts on disk: a journal with one row for each commit, whatever
 * the number of counters in it, and which batch was sealed last.
 *
 * A row says which batch it is of: the sealed one, or the open one after it.
 * Rows of an applied batch are not deleted; the next commits take their place,
 * which costs one written row in place of two. The journal of a batch that
 * stays open is compacted: it grows with counters, not with requests.
 */
export class ShardStorage {
	readonly #sql: SqlStorage;
	/** Rows that hold nothing any more. */
	readonly #free: number[] = [];
	/** Rows of the batches that may not be applied, by batch. */
	readonly #used = new Map<number, number[]>();
	/** The last batch that was sealed with a row of its own. */
	#sealed = 0;
	/** The highest id of a row. */
	#last = 0;
	/** Grows when a batch is compacted: its rows of earlier rounds are void. */
	#round = 0;
	/** Characters of the open batch when it was compacted, and written since. */
	#compacted = 0;
	#written = 0;

	/** Nothing was here: the shard is new, or has lost its storage. */
	readonly isNew: boolean;

	/** @param newEpoch the epoch of storage that is empty: like no other */
	constructor({ sql }: Database, newEpoch: number) {
		this.#sql = sql;
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
		const rows = this.#sql.exec<JournalRow>(
			`SELECT id, seq, round, requests, since, entries FROM journal
			WHERE seq >= ? ORDER BY seq, round DESC`,
			isApplied ? sealed + 1 : sealed,
		);
		const batches: ShardBatch[] = [];
		for (const { id, seq, round, requests, since, entries } of rows) {
			let batch = batches.at(-1);
			if (batch?.seq !== seq) {
				batch = emptyBatch(seq, since);
				batches.push(batch);
				this.#round = round;
				this.#written = 0;
			}
			if (round !== this.#round) continue;
			const list: Entry[] = JSON.parse(entries);
			addToBatch(batch, list, requests, volumeOf(list));
			this.#use(seq, [id]);
			this.#written += entries.length;
		}
		const ids = this.#sql.exec<{ id: number }>("SELECT id FROM journal");
		const used = new Set([...this.#used.values()].flat());
		for (const { id } of ids) {
			this.#last = Math.max(this.#last, id);
			if (!used.has(id)) this.#free.push(id);
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
		entries: readonly Entry[],
		requests: number,
		seals: boolean,
	): Remember {
		const { length } = this.#used.get(open.seq) ?? [];
		const remember =
			length >= COMPACT_FROM_ROWS && this.#written >= 2 * this.#compacted
				? this.#compact(open, entries, requests, seals)
				: this.#extend(open, entries, requests, seals);
		return () => {
			remember();
			if (seals) this.#sealed = open.seq;
		};
	}

	/** Closes the open batch; the one before it has been applied. */
	seal(seq: number): void {
		if (this.#sealed !== seq)
			this.#sql.exec("UPDATE shard SET seq = ?, isApplied = 0", seq);
		this.#compacted = 0;
		this.#written = 0;
	}

	/** The global has applied a batch: its rows are free. */
	drop(seq: number): void {
		this.#free.push(...(this.#used.get(seq) ?? []));
		this.#used.delete(seq);
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

	/** Adds rows to those of the open batch. */
	#extend(
		open: ShardBatch,
		entries: readonly Entry[],
		requests: number,
		seals: boolean,
	): Remember {
		const { ids, size } = this.#insert(
			open,
			this.#round,
			entries,
			requests,
			seals,
		);
		return () => {
			this.#use(open.seq, ids);
			this.#written += size;
		};
	}

	/** Writes the whole open batch anew; its rows of before are void. */
	#compact(
		open: ShardBatch,
		entries: readonly Entry[],
		requests: number,
		seals: boolean,
	): Remember {
		const all = addUp([[...open.deltas], entries]);
		const round = this.#round + 1;
		const { ids, size } = this.#insert(
			open,
			round,
			all,
			open.requests + requests,
			seals,
		);
		return () => {
			const before = this.#used.get(open.seq) ?? [];
			this.#used.delete(open.seq);
			this.#use(open.seq, ids);
			this.#free.push(...before);
			this.#round = round;
			this.#compacted = size;
			this.#written = 0;
		};
	}

	/** Writes rows in free places; as many as the size of a row demands. */
	#insert(
		{ seq, since }: ShardBatch,
		round: number,
		entries: readonly Entry[],
		requests: number,
		seals: boolean,
	): { ids: number[]; size: number } {
		const ids: number[] = [];
		let size = 0;
		for (const text of jsonTexts(entries)) {
			const id = this.#place(ids.length);
			this.#sql.exec(
				`INSERT INTO journal (id, seq, round, requests, since, entries, seals)
				VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET
					seq = excluded.seq, round = excluded.round,
					requests = excluded.requests, since = excluded.since,
					entries = excluded.entries, seals = excluded.seals`,
				id,
				seq,
				round,
				ids.length === 0 ? requests : 0,
				since,
				text,
				seals ? 1 : 0,
			);
			ids.push(id);
			size += text.length;
		}
		return { ids, size };
	}

	/** Finds the place of the next row, and of the ones after it: `n` counts from 0. */
	#place(n: number): number {
		const { length } = this.#free;
		return this.#free[length - 1 - n] ?? this.#last + 1 + n - length;
	}

	/** Rows that {@link #place} gave out belong to a batch from now on. */
	#use(seq: number, ids: readonly number[]): void {
		this.#free.length = Math.max(0, this.#free.length - ids.length);
		this.#last = Math.max(this.#last, ...ids);
		const used = this.#used.get(seq);
		if (used) used.push(...ids);
		else this.#used.set(seq, [...ids]);
	}
}
