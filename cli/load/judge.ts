import { judgeFinal } from "./final.ts";
import type { Effect } from "./history.ts";

/** What a run knows of a counter. */
export interface Evidence {
	/** Totals before the first request and now. */
	before: number;
	after: number;
	acknowledged: number;
	indeterminate: number;
	/** What each request added. */
	by: number;
}

/**
 * Pending: not all has arrived. Exact: within what is expected. Lost: what is
 * missing will not come. Excess: more than was ever sent.
 */
export type Verdict = "pending" | "exact" | "lost" | "excess";

/**
 * By how much the total must differ: all that was acknowledged, and any part
 * of what is indeterminate. `min` is the smaller also if `by` is negative.
 */
export function expectedRise({
	acknowledged,
	indeterminate,
	by,
}: Omit<Evidence, "before" | "after">): { min: number; max: number } {
	const sure = acknowledged * by;
	const most = (acknowledged + indeterminate) * by;
	return { min: Math.min(sure, most), max: Math.max(sure, most) };
}

/** Judges one reading; `final` says that no movement is to be expected. */
export function judge(evidence: Evidence, final: boolean): Verdict {
	if (isPossible(evidence)) return "exact";
	const { min, max } = expectedRise(evidence);
	const rise = evidence.after - evidence.before;
	const excess = evidence.by > 0 ? rise > max : rise < min;
	if (excess) return "excess";
	return final ? "lost" : "pending";
}

/** Whether the history checker accepts the total as the final one. */
function isPossible({ before, after, by, ...sent }: Evidence): boolean {
	const name = "total";
	const effect = (amount: number, end: number): Effect => ({
		entries: [[name, amount]],
		begin: 0,
		end,
	});
	const effects = [
		effect(before + sent.acknowledged * by, 0),
		...Array.from({ length: sent.indeterminate }, () => effect(by, Infinity)),
	];
	return judgeFinal(new Map([[name, after]]), effects, []).length === 0;
}
