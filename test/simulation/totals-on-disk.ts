import { MAX_TOTAL } from "../../templates/runtime/global/delta.ts";
import type { Storage } from "./storage.ts";

/** Rows of the journal that are not void; none where code without one has written. */
function journalOf(storage: Storage): string {
	return storage.has("journal")
		? "(SELECT * FROM journal WHERE round = (SELECT MAX(round) FROM journal))"
		: "(SELECT '[]' AS brought, '[]' AS entries)";
}

/** Totals as the disk of a global object has them: rows of counters, and what came since. */
export function totalsOnDisk(storage: Storage): Map<string, number> {
	if (!storage.has("counters")) return new Map();
	const rows = storage.rows<{ name: string; total: number }>(
		`WITH parts AS (
			SELECT name, total FROM counters WHERE total IS NOT NULL
			UNION ALL
			SELECT value ->> 0, value ->> 1
			FROM ${journalOf(storage)}, json_each(entries)
		)
		SELECT name, SUM(total) AS total FROM parts GROUP BY name`,
	);
	return new Map(
		rows.map(({ name, total }) => [
			name,
			Math.max(-MAX_TOTAL, Math.min(MAX_TOTAL, total)),
		]),
	);
}

/** The last batch of a shard's epoch in the totals; 0 before the first. */
export function appliedOnDisk(
	storage: Storage,
	shard: number,
	epoch: number,
): number {
	if (!storage.has("shards")) return 0;
	const [row] = storage.rows<{ seq: number | null }>(
		`${broughtOf(storage)}
		SELECT MAX(seq) AS seq FROM brought WHERE shard = ? AND epoch = ?`,
		shard,
		epoch,
	);
	return row?.seq ?? 0;
}

/** Batches ever applied. */
export function writtenOnDisk(storage: Storage): number {
	const [row] = storage.rows<{ written: number | null }>(
		`${broughtOf(storage)}
		SELECT SUM(most) AS written FROM (
			SELECT MAX(flushes) AS most FROM brought GROUP BY shard, epoch
		)`,
	);
	return row?.written ?? 0;
}

/** The last batch of each epoch, and how many there were, in one report or more. */
function broughtOf(storage: Storage): string {
	return `WITH brought AS (
		SELECT shard, epoch, seq, flushes FROM shards
		UNION ALL
		SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
		FROM ${journalOf(storage)}, json_each(brought)
	)`;
}
