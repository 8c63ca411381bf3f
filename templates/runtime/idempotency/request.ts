import type { Entry } from "../protocol.ts";

/** Picks the shard that a key belongs to while there are `shardCount` of them. */
export function homeOf(key: string, shardCount: number): number {
	// FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
	let hash = 0x811c9dc5;
	for (let n = 0; n < key.length; n++)
		hash = Math.imul(hash ^ key.charCodeAt(n), 0x01000193);
	return (hash >>> 0) % shardCount;
}

/** Longest fingerprint that is not hashed. */
const SHORT_CHARACTERS = 100;

/** Writes entries as JSON, whatever their order; of long ones the SHA-256, hexadecimal. */
export async function fingerprintOf(
	entries: readonly Entry[],
): Promise<string> {
	const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
	const text = JSON.stringify(sorted);
	if (text.length <= SHORT_CHARACTERS) return text;
	const bytes = new TextEncoder().encode(text);
	const digest = await crypto.subtle.digest("SHA-256", bytes);
	return Array.from(new Uint8Array(digest), (byte) =>
		byte.toString(16).padStart(2, "0"),
	).join("");
}
