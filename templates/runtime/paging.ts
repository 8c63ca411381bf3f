import { following } from "./names.ts";
import { invalid } from "./problem.ts";
import type { Entry, Part, Totals } from "./protocol.ts";

/** Most names of a page, and of what travels between objects at once. */
const MAX_PAGE_NAMES = 10_000;

/** Chooses a part of the totals, in the order of names' code points. */
export interface PageOptions {
	/** Most names of the page; 1 to 10,000, the default. */
	limit?: number;
	/** Place to go on from: the `cursor` of an earlier answer. */
	cursor?: string;
}

/** Part of the totals as an object or KV answers it. */
interface Answered {
	entries: readonly Entry[];
	last?: string | undefined;
}

/**
 * Reads page after page until there is none.
 *
 * @returns the first page, with the entries of all
 */
export async function readAll<T extends Answered>(
	read: (part: Part) => Promise<T>,
): Promise<T> {
	const first = await read({ from: "", limit: MAX_PAGE_NAMES });
	const entries = [...first.entries];
	for (let { last } = first; last !== undefined; ) {
		const page = await read({ from: following(last), limit: MAX_PAGE_NAMES });
		for (const entry of page.entries) entries.push(entry);
		last = page.last;
	}
	return { ...first, entries, last: undefined };
}

/** Takes the first `limit` entries; `last` names their end if there are more. */
export function firstOf(
	entries: readonly Entry[],
	limit: number,
): Pick<Totals, "entries" | "last"> {
	if (entries.length <= limit) return { entries };
	return { entries: entries.slice(0, limit), last: entries[limit - 1]?.[0] };
}

/** @throws CounterProblem (400) if an option is not what it must be */
export function partOf({ limit = MAX_PAGE_NAMES, cursor }: PageOptions): Part {
	checkLimit(limit);
	if (cursor === undefined) return { from: "", limit };
	try {
		return { from: following(decode(cursor)), limit };
	} catch {
		throw invalid(
			"invalid-cursor",
			"`cursor` must be the Counter-Cursor of an earlier answer",
		);
	}
}

/** @throws CounterProblem (400) unless an answer may be bounded by it */
export function checkLimit(limit: number): void {
	if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_NAMES)
		throw invalid("invalid-limit", `\`limit\` is from 1 to ${MAX_PAGE_NAMES}`);
}

/** Writes a name as base64url: no header or URL changes any of its characters. */
export function cursorOf(name: string): string {
	const bytes = new TextEncoder().encode(name);
	return btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}

function decode(cursor: string): string {
	const text = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
	const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
	return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
		bytes,
	);
}
