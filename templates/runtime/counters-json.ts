import { invalid } from "./problem.ts";

/**
 * Counters and numbers from a JSON object. Whether they may be counted is not
 * looked at.
 *
 * @throws CounterProblem (400) if it is not such an object, or has a name twice
 */
export function parseCounters(text: string): Record<string, number> {
	const counters = parseJson(text);
	if (!isObject(counters))
		throw invalid(
			"invalid-body",
			'The body must be a JSON object of counters and numbers, such as {"signups": 1}',
		);
	// A parser keeps the last of two: counts would be lost without a word.
	if (strings(text) > Object.keys(counters).length)
		throw invalid(
			"invalid-entries",
			"The body must have each counter once, and only numbers as values",
		);
	return counters;
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

/** How many strings valid JSON has: where all values are numbers, its keys. */
function strings(json: string): number {
	let count = 0;
	for (let at = json.indexOf('"'); at >= 0; at = json.indexOf('"', at + 1)) {
		at = endOf(json, at);
		count++;
	}
	return count;
}

/** Where the string ends that begins at `start`: at a quote not escaped. */
function endOf(json: string, start: number): number {
	let end = start;
	let escapes: number;
	do {
		end = json.indexOf('"', end + 1);
		escapes = 0;
		while (json[end - 1 - escapes] === "\\") escapes++;
	} while (escapes % 2 === 1);
	return end;
}
