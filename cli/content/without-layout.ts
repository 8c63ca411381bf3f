import { posix } from "node:path";

/** Reads what a text says, whatever its layout; throws if it cannot. */
type Reader = (text: string) => string;

/** Readers by the ending of a file's name; each loads its parser when needed. */
const readers: Readonly<Record<string, () => Promise<Reader>>> = {
	".ts": async () => (await import("./code.ts")).readTypeScript,
	".json": async () => (await import("./code.ts")).readJson,
	".toml": async () => (await import("./toml.ts")).readToml,
	".yaml": async () => (await import("./yaml.ts")).readYaml,
	".md": async () => (await import("./markdown.ts")).readMarkdown,
};

/** Tells if a formatter may lay out the file `path` anew. */
export function hasLayout(path: string): boolean {
	return posix.extname(path) in readers;
}

/**
 * Reads the content of a file: the same for two texts if they differ in layout
 * only. White space, quotes, semicolons, trailing commas, needless parentheses
 * and the order of imports are layout; comments are content.
 *
 * @returns undefined for a kind of file that has no layout, and for a text that
 * is not of its kind
 */
export async function contentOf(
	path: string,
	text: string,
): Promise<string | undefined> {
	const read = await readers[posix.extname(path)]?.();
	try {
		return read?.(text.replaceAll(/\r\n?/g, "\n"));
	} catch {
		return undefined;
	}
}
