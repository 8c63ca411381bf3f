import type { BoundsChange } from "../oracle/amounts.ts";
import type { Total } from "./settings.ts";
import type { Storage } from "./storage.ts";

/** Tells whether all shards have drained, so that bounds are in force. */
export function hasBegun(storage: Storage): boolean {
	return (
		storage.has("bounds") &&
		storage.rows("SELECT 1 FROM bounds WHERE began").length > 0
	);
}

/** Finds the bounds that a counter has of its own. */
export function ownOf(storage: Storage, counter: string): Total | undefined {
	if (!storage.has("limits")) return undefined;
	const [row] = storage.rows<{ limits: string }>(
		"SELECT limits FROM limits WHERE name = ?",
		counter,
	);
	return row && (JSON.parse(row.limits) as Total);
}

/** Tells whether no more is lent of a counter than new bounds allow. */
export function isHeld(
	storage: Storage,
	{ counter, bounds: { min, max } }: BoundsChange,
): boolean {
	if (!storage.has("generations")) return true;
	const [row] = storage.rows<{
		most: number | null;
		least: number;
		isFreeUp: number;
		isFreeDown: number;
	}>(
		`SELECT base + SUM(up - backUp) AS most, base - SUM(down - backDown) AS least,
			MAX(isOpen AND free & 1) AS isFreeUp, MAX(isOpen AND free & 2) AS isFreeDown
		FROM generations JOIN loans USING (name) WHERE name = ?`,
		counter,
	);
	if (!row || row.most === null) return true;
	return (
		(max === Infinity || (row.most <= max && !row.isFreeUp)) &&
		(min === -Infinity || (row.least >= min && !row.isFreeDown))
	);
}

/** Net count of a shard for a counter, in a generation of its loans. */
export interface Net {
	holder: number;
	name: string;
	generation: number;
	net: number;
}

/** Lists what a shard has counted against its loans. */
export function netsOf(storage: Storage): Net[] {
	if (!storage.has("lending")) return [];
	return storage.rows<Net & Record<string, unknown>>(
		`WITH counted AS (
			SELECT item.value ->> 0 AS name, item.value ->> 1 AS delta
			FROM lending, json_each(recent) AS item
			UNION ALL
			SELECT item.value ->> 0, item.value ->> 1
			FROM lending, journal, json_each(entries) AS item
			WHERE seq > folded
				AND round = (SELECT MAX(round) FROM journal AS same WHERE same.seq = journal.seq)
		)
		SELECT holder, loans.name, generation, base + COALESCE(SUM(delta), 0) AS net
		FROM lending, loans LEFT JOIN counted USING (name) GROUP BY loans.name`,
	);
}

/** Finds a generation of a counter's loans. */
export function generationOf(
	storage: Storage,
	counter: string,
	generation: number,
): { base: number; end: number | null } | undefined {
	if (!storage.has("generations")) return undefined;
	const [row] = storage.rows<{ base: number; end: number | null }>(
		"SELECT base, end FROM generations WHERE name = ? AND generation = ?",
		counter,
		generation,
	);
	return row;
}
