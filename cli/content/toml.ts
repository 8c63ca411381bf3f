import { parse } from "smol-toml";

/** Matches strings, in which `#` is no comment, and comments. */
const STRINGS_AND_COMMENTS =
	/"""(?:\\.|[^\\])*?"{3,5}|'''.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*/gs;

/** Reads TOML: its data in any order of keys, and its comments. */
export function readToml(text: string): string {
	const comments = (text.match(STRINGS_AND_COMMENTS) ?? [])
		.filter((found) => found.startsWith("#"))
		.map((comment) => comment.slice(1).trim());
	return JSON.stringify([canonical(parse(text)), comments]);
}

function canonical(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(canonical);
	if (value instanceof Date) return { date: value.toISOString() };
	if (typeof value === "number" && !Number.isFinite(value))
		return { number: String(value) };
	if (typeof value !== "object" || value === null) return value;
	const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(sorted.map(([key, one]) => [key, canonical(one)]));
}
