import { type Database, jsonTexts, type Remember } from "../object/database.ts";
import { Journal } from "../object/journal.ts";
import { addUp, type Batch, type Entry } from "../protocol.ts";
import type { Delta } from "./delta.ts";
import { nothingOf, type ShardSums, type ShardSumsItem } from "./shard-sums.ts";

/** A row of the journal: see `schema.ts`. */
type Row = { brought: string; entries: string };

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

	/**
	 * @param delta is empty; gets what the journal says
	 * @param brought has what the table of shards says; gets that, too
	 */
	constructor(database: Database, delta: Delta, brought: ShardSums) {
		this.#delta = delta;
		this.#brought = brought;
		this.#journal = new Journal(database, {
			columns: ["brought", "entries"],
			batch: `${OPEN_BATCH}`,
		});
		for (const row of this.#journal.load(OPEN_BATCH)) {
			const items: ShardSumsItem[] = JSON.parse(row.brought);
			for (const item of items) brought.note(item);
			delta.add(JSON.parse(row.entries));
		}
	}

	/** Writes a batch; with all that came before it, if that is due. */
	append(batch: Batch): Remember {
		const { entries } = batch;
		const item = this.#brought.with(batch);
		const write = this.#journal.isLong(OPEN_BATCH)
			? this.#compact(
					[...this.#brought.items(), item],
					addUp([this.#delta.entries(), entries]),
				)
			: this.#journal.extend(OPEN_BATCH, rowsOf([item], entries));
		return () => {
			write();
			this.#delta.add(entries);
			this.#brought.note(item);
		};
	}

	/** Writes that shards are there. */
	addShards(shards: readonly number[]): Remember {
		const items = shards.map(nothingOf);
		const write = this.#journal.extend(OPEN_BATCH, rowsOf(items, []));
		return () => {
			write();
			for (const item of items) this.#brought.note(item);
		};
	}

	/** Writes a checkpoint in which these entries are all that is left of the delta. */
	checkpoint(left: readonly Entry[]): Remember {
		const write = this.#compact(this.#brought.items(), left);
		return () => {
			write();
			this.#delta.replace(left);
		};
	}

	#compact(brought: ShardSumsItem[], entries: readonly Entry[]): Remember {
		return this.#journal.compact(OPEN_BATCH, rowsOf(brought, entries));
	}
}

/** As many rows as the size of a row demands, and one at the least. */
function rowsOf(
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
