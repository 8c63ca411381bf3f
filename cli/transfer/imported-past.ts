import { type Past, UNITS, type Unit } from "../client/past.ts";
import { amountsOf } from "./amounts.ts";
import type { Wanted } from "./counters.ts";
import type { Known } from "./known.ts";

/**
 * By kind of buckets that the namespace keeps, how much of the file's past is there;
 * or "none" if it keeps no history.
 */
export type ImportedPast =
	| "none"
	| { [unit in Unit]?: { inFile: number; there: number } };

/**
 * Compares what is in buckets with what the file says.
 *
 * @param before what was there; nothing if it was to be replaced
 * @param isRepeated a part was counted by an earlier run, and may have been there
 */
export function pastOf(
	wanted: readonly Wanted[],
	before: Known | undefined,
	after: Known,
	isRepeated: boolean,
): ImportedPast {
	if (!after.pasts) return "none";
	const sums: { [unit in Unit]?: { inFile: number; there: number } } = {};
	for (const { counter, value, past } of wanted) {
		if (past === undefined) continue;
		const amounts = amountsOf(counter, value, JSON.parse(past) as Past);
		for (const [level, unit] of UNITS.entries()) {
			const inFile = amounts
				.filter(([, , one]) => one && UNITS.indexOf(one) <= level)
				.reduce((sum, [, by]) => sum + by, 0);
			const is = after.sums.get(counter)?.[unit] ?? 0;
			const was = before?.sums.get(counter)?.[unit] ?? 0;
			const there = isRepeated && is >= inFile ? inFile : is - was;
			const known = sums[unit] ?? { inFile: 0, there: 0 };
			known.inFile += inFile;
			known.there += there;
			sums[unit] = known;
		}
	}
	return sums;
}

/** Words it. */
export function pastText(past: ImportedPast): string[] {
	if (past === "none")
		return [
			"the totals alone: this namespace keeps no `history`. Set it in counters.yaml and deploy; then --mode replace with the same file brings what was counted when",
		];
	const kinds = UNITS.flatMap((unit) => {
		const sums = past[unit];
		return sums ? [{ unit, ...sums }] : [];
	});
	const shown = kinds
		.filter(({ inFile, there }) => inFile !== 0 || there !== 0)
		.map(({ unit, inFile, there }) =>
			inFile === there
				? `by ${unit} all ${inFile}`
				: `by ${unit} ${there} of ${inFile}`,
		);
	if (shown.length === 0) return [];
	const isWhole = kinds.every(({ inFile, there }) => inFile === there);
	return [
		`what was counted when: ${shown.join(", ")}`,
		...(isWhole
			? []
			: [
					"hint: what is older than is kept here, in a kind that is not kept, or in a bucket that was final counts toward the totals alone",
				]),
	];
}
