/** The part of an object's storage that roles use. */
export type Database = Pick<DurableObjectStorage, "sql" | "transactionSync">;

/**
 * A bound value may have 2 MB; names have at most 256 characters, so this many
 * of them always fit.
 * https://developers.cloudflare.com/durable-objects/platform/limits/
 */
const ITEMS = 1_000;

/** Items as JSON texts for `json_each`, so that one statement takes many. */
export function* jsonTexts(items: readonly unknown[]): Generator<string> {
	for (let start = 0; start < items.length; start += ITEMS)
		yield JSON.stringify(items.slice(start, start + ITEMS));
}
