import { type Database, jsonTexts } from "../object/database.ts";
import type { SumItem } from "./recent.ts";

/** Slots of a row, by level: an hour of minutes, a day of hours, a month of days. */
const BLOCK_SLOTS = [60, 1_440, 32 * 1_440] as const;

/** Offset from the beginning of a row's block, and a sum. */
type Sums = [offset: number, sum: number][];

/** Finds where the block of a slot begins. */
export function blockOf(level: number, slot: number): number {
	return slot - (slot % (BLOCK_SLOTS[level] ?? 1));
}

/**
 * Keeps the buckets of counters: a row a counter, level and block of time. What
 * writes is to be called in a transaction.
 */
export class BucketStorage {
	readonly #sql: SqlStorage;

	constructor({ sql }: Database) {
		this.#sql = sql;
	}

	/** Adds to sums, each at the slot with which its bucket begins. */
	add(level: number, items: readonly SumItem[]): void {
		this.#write(level, items, (before, sum) => before + sum);
	}

	/** Puts sums in the place of those that are there. */
	put(level: number, items: readonly SumItem[]): void {
		this.#write(level, items, (_, sum) => sum);
	}

	/**
	 * Reads a counter's sums from a slot up to, but not including, another.
	 *
	 * @param blocks those that have rows, if it is known
	 */
	of(
		level: number,
		name: string,
		from: number,
		to: number,
		blocks: readonly number[] = blocksOf(level, from, to),
	): Map<number, number> {
		const sums = new Map<number, number>();
		if (from >= to) return sums;
		const rows = this.#sql.exec<{ block: number; sums: string }>(
			`SELECT block, sums FROM buckets
			WHERE level = ? AND block IN (SELECT value FROM json_each(?)) AND name = ?`,
			level,
			JSON.stringify(blocks),
			name,
		);
		for (const row of rows)
			for (const [offset, sum] of JSON.parse(row.sums) as Sums)
				if (row.block + offset >= from && row.block + offset < to)
					sums.set(row.block + offset, sum);
		return sums;
	}

	/** Finds where the last row of a level ends; 0 if it has none. */
	end(level: number): number {
		const { block } = this.#sql
			.exec<{ block: number | null }>(
				"SELECT MAX(block) AS block FROM buckets WHERE level = ?",
				level,
			)
			.one();
		return block === null ? 0 : block + (BLOCK_SLOTS[level] ?? 1);
	}

	/** Lists the names after one that have rows in these slots, in their order. */
	names(
		level: number,
		from: number,
		to: number,
		after: string,
		limit: number,
	): string[] {
		const names = new Set<string>();
		for (const block of blocksOf(level, from, to))
			for (const { name } of this.#sql.exec<{ name: string }>(
				`SELECT name FROM buckets WHERE level = ? AND block = ? AND name > ?
				ORDER BY name LIMIT ?`,
				level,
				block,
				after,
				limit,
			))
				names.add(name);
		return [...names];
	}

	/** Lists the sums in these slots of the names after one, up to another if there is one. */
	within(
		level: number,
		from: number,
		to: number,
		after: string,
		last: string | undefined,
	): SumItem[] {
		const items: SumItem[] = [];
		if (from >= to) return items;
		for (const block of blocksOf(level, from, to))
			for (const row of this.#sql.exec<{ name: string; sums: string }>(
				`SELECT name, sums FROM buckets
				WHERE level = ? AND block = ? AND name > ? AND name <= COALESCE(?, x'')`,
				level,
				block,
				after,
				last ?? null,
			))
				for (const [offset, sum] of JSON.parse(row.sums) as Sums) {
					const slot = block + offset;
					if (slot >= from && slot < to) items.push([slot, row.name, sum]);
				}
		return items;
	}

	/** Deletes rows of blocks before one, so many at the most; counts them. */
	deleteBefore(level: number, block: number, limit: number): number {
		return this.#sql.exec(
			`DELETE FROM buckets WHERE (level, block, name) IN (
				SELECT level, block, name FROM buckets WHERE level = ? AND block < ? LIMIT ?
			)`,
			level,
			block,
			limit,
		).rowsWritten;
	}

	/** Forgets a counter. */
	forget(name: string): void {
		for (const level of BLOCK_SLOTS.keys())
			for (const block of this.blocks(level))
				this.#sql.exec(
					"DELETE FROM buckets WHERE level = ? AND block = ? AND name = ?",
					level,
					block,
					name,
				);
	}

	/** Forgets all: a table that is dropped costs nothing, whatever its size. */
	forgetAll(): void {
		const { sql } = this.#sql
			.exec<{ sql: string }>(
				"SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'buckets'",
			)
			.one();
		this.#sql.exec("DROP TABLE buckets");
		this.#sql.exec(sql);
	}

	/** Forgets a level. */
	forgetLevel(level: number): void {
		this.#sql.exec("DELETE FROM buckets WHERE level = ?", level);
	}

	/** Lists the blocks of a level that have rows. */
	blocks(level: number): number[] {
		const blocks: number[] = [];
		for (let last = -1; ; ) {
			const [row] = this.#sql
				.exec<{ block: number | null }>(
					"SELECT MIN(block) AS block FROM buckets WHERE level = ? AND block > ?",
					level,
					last,
				)
				.toArray();
			if (row?.block === undefined || row.block === null) return blocks;
			last = row.block;
			blocks.push(last);
		}
	}

	#write(
		level: number,
		items: readonly SumItem[],
		combine: (before: number, sum: number) => number,
	): void {
		for (const [block, rows] of byBlock(level, items)) {
			for (const text of jsonTexts([...rows.keys()]))
				for (const { name, sums } of this.#sql.exec<{
					name: string;
					sums: string;
				}>(
					// CROSS: names are looked up, one by one; the other way round takes a minute.
					`SELECT name, sums FROM json_each(?) CROSS JOIN buckets
					ON level = ? AND block = ? AND name = value`,
					text,
					level,
					block,
				)) {
					const row = new Map<number, number>(JSON.parse(sums) as Sums);
					for (const [offset, sum] of rows.get(name) ?? [])
						row.set(offset, combine(row.get(offset) ?? 0, sum));
					rows.set(name, row);
				}
			const written = [...rows].map(([name, row]) => [name, [...row]]);
			for (const text of jsonTexts(written))
				this.#sql.exec(
					`INSERT INTO buckets (level, block, name, sums)
					SELECT ?, ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE true
					ON CONFLICT DO UPDATE SET sums = excluded.sums`,
					level,
					block,
					text,
				);
		}
	}
}

/** Sums by block, then by counter, then by offset. */
function byBlock(
	level: number,
	items: readonly SumItem[],
): Map<number, Map<string, Map<number, number>>> {
	const blocks = new Map<number, Map<string, Map<number, number>>>();
	for (const [slot, name, sum] of items) {
		const block = blockOf(level, slot);
		const rows = blocks.get(block) ?? new Map<string, Map<number, number>>();
		blocks.set(block, rows);
		const row = rows.get(name) ?? new Map<number, number>();
		rows.set(name, row);
		row.set(slot - block, (row.get(slot - block) ?? 0) + sum);
	}
	return blocks;
}

function blocksOf(level: number, from: number, to: number): number[] {
	const blocks: number[] = [];
	const step = BLOCK_SLOTS[level] ?? 1;
	for (let block = blockOf(level, from); block < to; block += step)
		blocks.push(block);
	return blocks;
}
