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
	const { min, max } = expectedRise(evidence);
	const rise = evidence.after - evidence.before;
	if (rise >= min && rise <= max) return "exact";
	const short = evidence.by > 0 ? rise < min : rise > max;
	if (!short) return "excess";
	return final ? "lost" : "pending";
}
