import type { Entry } from "./protocol.ts";

/** The part of an object's storage that roles use. */
export type Database = Pick<DurableObjectStorage, "sql" | "transactionSync">;

/**
 * A bound value may have 2 MB; names have at most 256 characters, so this many
 * entries always fit.
 * https://developers.cloudflare.com/durable-objects/platform/limits/
 */
const ROWS = 1_000;

/** Entries as JSON texts for `json_each`, so that one statement takes many. */
export function* jsonRows(entries: readonly Entry[]): Generator<string> {
	for (let start = 0; start < entries.length; start += ROWS)
		yield JSON.stringify(entries.slice(start, start + ROWS));
}
