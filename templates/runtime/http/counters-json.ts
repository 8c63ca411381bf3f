import type { ImportedAmount } from "../history/contract.ts";
import { invalid } from "../problem.ts";
import { MAX_ENTRIES } from "../settings.ts";

/**
 * Reads counters and numbers from a JSON object. Others check that they may be
 * counted.
 *
 * @throws CounterProblem (400) if it is not such an object, or has a name twice
 */
export function parseCounters(text: string): Record<string, number> {
	// Looks before it parses: to parse what must be refused could cost much.
	const { names, isFlat } = outline(text);
	if (names > MAX_ENTRIES)
		throw invalid(
			"invalid-entries",
			`A request raises 1 to ${MAX_ENTRIES} counters; this one has more`,
		);
	const counters = isFlat ? parseJson(text) : undefined;
	if (!isObject(counters))
		throw invalid(
			"invalid-body",
			'The body must be a JSON object of counters and numbers, such as {"signups": 1}',
		);
	// Refuses a name that stands there twice: a parser would keep the last of the two.
	if (names > Object.keys(counters).length)
		throw invalid(
			"invalid-entries",
			"The body must have each counter once, and only numbers as values",
		);
	return counters;
}

/** Reads what an import brings: counters and numbers, or a list of amounts. */
export function parseImport(
	text: string,
): Record<string, number> | ImportedAmount[] {
	if (!/^\s*\[/.test(text)) return parseCounters(text);
	// Whoever takes them looks at each.
	return parseJson(text) as ImportedAmount[];
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw invalid("invalid-body", "The body is not JSON");
	}
}

function isObject(value: unknown): value is Record<string, number> {
	return value !== null && typeof value === "object" && !Array.isArray(value);
}

/**
 * Counts the strings of a text, which are the names if it is JSON and all values
 * are numbers; `isFlat` tells that it is an object, if anything, with no list or
 * object in it. Stops where there are too many.
 */
function outline(text: string): { names: number; isFlat: boolean } {
	const start = /^\s*\{/.exec(text);
	if (!start) return { names: 0, isFlat: false };
	let names = 0;
	for (let at = start[0].length; ; ) {
		const quote = text.indexOf('"', at);
		const between = text.slice(at, quote < 0 ? text.length : quote);
		if (/[[{]/.test(between)) return { names, isFlat: false };
		if (quote < 0 || ++names > MAX_ENTRIES) return { names, isFlat: true };
		at = endOf(text, quote);
	}
}

/** Finds the end of the string that begins at `start`: a quote that is not escaped. */
function endOf(text: string, start: number): number {
	for (let end = start; ; ) {
		end = text.indexOf('"', end + 1);
		if (end < 0) return text.length;
		let escapes = 0;
		while (text[end - 1 - escapes] === "\\") escapes++;
		if (escapes % 2 === 0) return end + 1;
	}
}
