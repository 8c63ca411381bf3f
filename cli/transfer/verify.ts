import type { Diagnostic } from "../errors.ts";

/** Bounds of a total, both inclusive. */
export interface Expected {
	counter: string;
	min: number;
	max: number;
}

export interface Difference extends Expected {
	/** The total found. */
	value: number;
}

/** Result of comparing exact totals with the expected ones. */
export interface Comparison {
	/** Totals that are off. */
	wrong: Difference[];
	/** Totals that are more than they should be, where others may count. */
	higher: Difference[];
}

/** @param mayRise true if a total above its bounds proves nothing */
export function compare(
	expected: readonly Expected[],
	totals: ReadonlyMap<string, number>,
	mayRise: boolean,
): Comparison {
	const comparison: Comparison = { wrong: [], higher: [] };
	for (const { counter, min, max } of expected) {
		const value = totals.get(counter) ?? 0;
		if (value >= min && value <= max) continue;
		const kind = value > max && mayRise ? "higher" : "wrong";
		comparison[kind].push({ counter, min, max, value });
	}
	return comparison;
}

/** Number of differences that a message names. */
export const MAX_NAMED = 10;

/** Explains totals that are wrong. */
export function notVerified(
	wrong: readonly Difference[],
	mayRise: boolean,
): Diagnostic & { why: string } {
	return {
		code: "not-verified",
		what: `not verified: ${countOf(wrong)} not what ${wrong.length === 1 ? "it" : "they"} should be: ${named(wrong)}`,
		why: mayRise
			? "counts were lost, or others have reset or lowered these counters; --mode replace makes them the values"
			: "others count, lower or reset these counters meanwhile, or counts were lost",
	};
}

/** Explains totals that have risen by more than the import. */
export function countedMeanwhile(higher: readonly Difference[]): Diagnostic {
	return {
		code: "counted-meanwhile",
		what: `${countOf(higher)} higher than the import alone would make ${higher.length === 1 ? "it" : "them"}: ${named(higher)}`,
		why: "others count, too; so the verification can only say that no less than the values arrived",
	};
}

function countOf({ length }: readonly Difference[]): string {
	return length === 1 ? "1 counter is" : `${length} counters are`;
}

function named(differences: readonly Difference[]): string {
	const first = differences
		.slice(0, MAX_NAMED)
		.map(({ counter, min, max, value }) => {
			const range = min === max ? `${min}` : `${min} to ${max}`;
			return `${counter} is ${value}, should be ${range}`;
		});
	return first.join("; ") + (differences.length > MAX_NAMED ? "; …" : "");
}
