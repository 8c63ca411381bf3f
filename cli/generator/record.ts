import { createHash } from "node:crypto";
import { contentOf, hasLayout } from "../content/without-layout.ts";
import { toLf } from "./rendered.ts";

/** Hashes a text to `sha256-<hex>`; line endings do not count. */
export function hash(text: string): string {
	return `sha256-${createHash("sha256").update(toLf(text)).digest("hex")}`;
}

/**
 * Hashes the content of a file; undefined where no formatter may lay it out
 * anew.
 */
async function contentHash(
	path: string,
	text: string,
): Promise<string | undefined> {
	const content = await contentOf(path, text);
	return content === undefined ? undefined : hash(content);
}

/**
 * Makes the record of a file to write: the hash of its text and, after a space
 * and where it has one, of its content.
 *
 * @param known former records; the content of a text that they know is not read
 * again, which would take a parser
 */
export async function recordOf(
	path: string,
	text: string,
	known: readonly string[],
): Promise<string> {
	const own = hash(text);
	const same = known.find((record) => record.startsWith(`${own} `));
	if (same !== undefined || !hasLayout(path)) return same ?? own;
	const content = await contentHash(path, text);
	return content === undefined ? own : `${own} ${content}`;
}

/**
 * Finds the records that a text fits: "text" is to the letter, "layout" in
 * another layout.
 */
export async function match(
	path: string,
	text: string,
	records: readonly string[],
): Promise<{ how: "text" | "layout"; records: readonly string[] } | undefined> {
	const having = (hash: string) =>
		records.filter((record) => record.split(" ").includes(hash));
	const exact = having(hash(text));
	if (exact.length > 0) return { how: "text", records: exact };
	const content = records.length > 0 && (await contentHash(path, text));
	const same = content ? having(content) : [];
	return same.length > 0 ? { how: "layout", records: same } : undefined;
}
