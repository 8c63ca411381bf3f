/** The part of an object's storage that roles use. */
export type Database = Pick<DurableObjectStorage, "sql" | "transactionSync">;

/**
 * Brings memory in line with what a transaction wrote. To be called right after
 * that returned, and not if it threw: then nothing of it happened.
 */
export type Remember = () => void;

/**
 * A bound value and a row may have 2 MB, and a character takes 3 bytes at the
 * most. https://developers.cloudflare.com/durable-objects/platform/limits/
 */
export const MAX_TEXT_CHARACTERS = 600_000;

/** Items as JSON texts that fit into a statement each; mostly it is one. */
export function jsonTexts(items: readonly unknown[]): string[] {
	if (items.length === 0) return [];
	const text = JSON.stringify(items);
	if (text.length <= MAX_TEXT_CHARACTERS || items.length === 1) return [text];
	const half = items.length >> 1;
	return [...jsonTexts(items.slice(0, half)), ...jsonTexts(items.slice(half))];
}
