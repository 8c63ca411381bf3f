import type { Amount } from "../protocol.ts";

/** Longest fingerprint that is not hashed. */
const SHORT_CHARACTERS = 100;

/** Writes entries as JSON, whatever their order; of long ones the SHA-256, hexadecimal. */
export async function fingerprintOf(
	entries: readonly Amount[],
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
