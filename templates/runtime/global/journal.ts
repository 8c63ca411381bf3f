import type { Past, Placed } from "../history/contract.ts";
import {
	type Database,
	jsonTexts,
	MAX_TEXT_CHARACTERS,
	type Remember,
} from "../object/database.ts";
import { Journal } from "../object/journal.ts";
import { addUp, type Batch, type Entry, type SlotItem } from "../protocol.ts";
import type { Delta } from "./delta.ts";
import { nothingOf, type ShardSums, type ShardSumsItem } from "./shard-sums.ts";

/** A row of the journal: see `schema.ts`. */
type Row = {
	brought: string;
	entries: string;
	slots?: string;
	bounded?: number;
};

/** All rows are of one batch, which never ends: a checkpoint compacts it. */
const OPEN_BATCH = 0;

/**
 * Keeps on disk what memory knows of batches and the tables do not: a row a batch,
 * whatever the number of counters in it.
 *
 * A checkpoint writes all of it anew, once the journal has grown enough. What
 * writes is to be called in a transaction, and brings `delta` and `brought` in
 * line after it.
 */
export class TotalsJournal {
	readonly #journal: Journal<Row>;
	readonly #delta: Delta;
	readonly #brought: ShardSums;
	readonly #past: Past | undefined;
	readonly #isBounded: boolean;

	/**
	 * @param delta is empty; gets what the journal says
	 * @param brought has what the table of shards says; gets that, too
	 * @param past likewise, where history is kept
	 * @param isBounded totals have bounds: rows tell that
	 */
	constructor(
		database: Database,
		delta: Delta,
		brought: ShardSums,
		past: Past | undefined,
		isBounded: boolean,
	) {
		this.#delta = delta;
		this.#brought = brought;
		this.#past = past;
		this.#isBounded = isBounded;
		const columns: (keyof Row)[] = ["brought", "entries"];
		if (past) columns.push("slots");
		if (isBounded) columns.push("bounded");
		this.#journal = new Journal<Row>(database, {
			columns,
			batch: `${OPEN_BATCH}`,
		});
		for (const row of this.#journal.load(OPEN_BATCH)) {
			const items: ShardSumsItem[] = JSON.parse(row.brought);
			for (const item of items) brought.note(item);
			const entries: Entry[] = JSON.parse(row.entries);
			delta.add(entries);
			// Rows of before history have none.
			past?.load(entries, JSON.parse(row.slots ?? "[]"));
		}
		for (const [shard, , , , , , mark] of brought.items())
			if (mark !== undefined) past?.heard(shard, mark);
	}

	/** Writes a batch; with all that came before it, if that is due. */
	append(batch: Batch, placed: Placed | undefined): Remember {
		const { entries } = batch;
		const item = this.#brought.with(batch, placed && batch.mark);
		const write = this.#journal.isLong(OPEN_BATCH)
			? this.#compact(
					[...this.#brought.items(), item],
					addUp([this.#delta.entries(), entries]),
					placed?.left(),
				)
			: this.#extend(rowsOf([item], entries, placed?.items));
		return () => {
			write();
			placed?.remember();
			this.#delta.add(entries);
			this.#brought.note(item);
		};
	}

	/** Writes that shards are there. */
	addShards(shards: readonly number[], mark?: number): Remember {
		const items = shards.map((shard) => nothingOf(shard, mark));
		const write = this.#extend(rowsOf(items, [], this.#past && []));
		return () => {
			write();
			for (const item of items) this.#brought.note(item);
			if (mark !== undefined)
				for (const shard of shards) this.#past?.heard(shard, mark);
		};
	}

	/**
	 * Writes a checkpoint in which these entries are all that is left of the delta.
	 *
	 * @param placed what is left of slots; without it, all
	 */
	checkpoint(left: readonly Entry[], placed?: Placed): Remember {
		const items = placed?.left() ?? this.#past?.left();
		const write = this.#compact(this.#brought.items(), left, items);
		return () => {
			write();
			placed?.remember();
			this.#delta.replace(left);
		};
	}

	#compact(
		brought: ShardSumsItem[],
		entries: readonly Entry[],
		items: readonly SlotItem[] | undefined,
	): Remember {
		const rows = rowsOf(brought, entries, items && []);
		const slots = items ? slotRowsOf(items) : [];
		const all = this.#marked([...rows, ...slots]);
		return this.#journal.compact(OPEN_BATCH, all);
	}

	#extend(rows: Row[]): Remember {
		return this.#journal.extend(OPEN_BATCH, this.#marked(rows));
	}

	#marked(rows: Row[]): Row[] {
		return this.#isBounded ? rows.map((row) => ({ ...row, bounded: 1 })) : rows;
	}
}

/**
 * As many rows as the size of a row demands, and one at the least.
 *
 * @param items what is to be said of the entries' slots, where history is kept
 */
function rowsOf(
	brought: readonly ShardSumsItem[],
	entries: readonly Entry[],
	items: readonly SlotItem[] | undefined,
): Row[] {
	const rows = entryRowsOf(brought, entries);
	if (!items) return rows;
	const slots = JSON.stringify(items);
	const isForEach = items.length === 1 && items[0]?.length === 1;
	const [only, ...others] = rows;
	const isShort =
		others.length === 0 &&
		(only?.entries.length ?? 0) + slots.length <= MAX_TEXT_CHARACTERS;
	if (isForEach || isShort) return rows.map((row) => ({ ...row, slots }));
	return [
		...rows.map((row) => ({ ...row, slots: "[]" })),
		...slotRowsOf(items),
	];
}

function slotRowsOf(items: readonly SlotItem[]): Row[] {
	return jsonTexts(items).map((slots) => ({
		brought: "[]",
		entries: "[]",
		slots,
	}));
}

function entryRowsOf(
	brought: readonly ShardSumsItem[],
	entries: readonly Entry[],
): Row[] {
	const rows = jsonTexts(entries).map((text) => ({
		brought: "[]",
		entries: text,
	}));
	// A single item fits into a row that is as long as it may be.
	if (brought.length === 1 && rows[0]) {
		rows[0].brought = JSON.stringify(brought);
		return rows;
	}
	return [
		...jsonTexts(brought).map((text) => ({ brought: text, entries: "[]" })),
		...rows,
	];
}
