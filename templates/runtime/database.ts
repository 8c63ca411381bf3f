/** The part of an object's storage that roles use. */
export type Database = Pick<DurableObjectStorage, "sql" | "transactionSync">;

/**
 * A bound value may have 2 MB, and a character up to three bytes.
 * https://developers.cloudflare.com/durable-objects/platform/limits/
 */
const CHARACTERS = 600_000;

/** Items as JSON texts for `json_each`: one, unless they are too long for it. */
export function* jsonTexts(items: readonly unknown[]): Generator<string> {
	if (items.length === 0) return;
	const text = JSON.stringify(items);
	if (text.length <= CHARACTERS || items.length === 1) return yield text;
	const middle = items.length >> 1;
	yield* jsonTexts(items.slice(0, middle));
	yield* jsonTexts(items.slice(middle));
}
