import { judgeFinal } from "./final.ts";
import type { Effect } from "./history.ts";

/** Requests of a run. */
export interface Sent {
	acknowledged: number;
	indeterminate: number;
	/** Amount that each request added to each counter. */
	by: number;
}

/** Requests, and totals of one counter. */
export interface Evidence extends Sent {
	/** Totals before the first request and now. */
	before: number;
	after: number;
}

/**
 * "pending": not all has arrived. "exact": within what is expected. "lost": the
 * missing part will not come. "excess": more than was ever sent.
 */
export type Verdict = "pending" | "exact" | "lost" | "excess";

/** Totals of every counter, in one order. */
export interface Totals {
	before: readonly number[];
	after: readonly number[];
}

export interface BatchVerdict {
	/** "torn": some request raised only some of its counters. */
	verdict: Verdict | "torn";
	/** The counter that shows it; the first if all is well. */
	at: number;
	/** Number of counters that are not as they should be. */
	wrong: number;
}

/**
 * Bounds the rise of the total: all that was acknowledged, and any part of what
 * is indeterminate. `min` is the smaller also if `by` is negative.
 */
export function expectedRise({ acknowledged, indeterminate, by }: Sent): {
	min: number;
	max: number;
} {
	const sure = acknowledged * by;
	const most = (acknowledged + indeterminate) * by;
	return { min: Math.min(sure, most), max: Math.max(sure, most) };
}

/** Judges one reading; `final` if no movement is to be expected. */
export function judge(evidence: Evidence, final: boolean): Verdict {
	if (isPossible(evidence)) return "exact";
	const { min, max } = expectedRise(evidence);
	const rise = evidence.after - evidence.before;
	const excess = evidence.by > 0 ? rise > max : rise < min;
	if (excess) return "excess";
	return final ? "lost" : "pending";
}

/**
 * Judges counters of which every request raised all or none: each must be
 * right, and all must have risen alike.
 */
export function judgeAll(
	{ before, after }: Totals,
	sent: Sent,
	final: boolean,
): BatchVerdict {
	// Counters that rose alike are judged once.
	const alike = new Map<number, { at: number; size: number }>();
	for (const [at, now] of after.entries()) {
		const rise = now - (before[at] ?? 0);
		const known = alike.get(rise);
		if (known) known.size++;
		else alike.set(rise, { at, size: 1 });
	}
	const groups = [...alike].map(([rise, { at, size }]) => ({
		verdict: judge({ ...sent, before: 0, after: rise }, final),
		at,
		size,
	}));
	const bad = groups.filter(({ verdict }) => verdict !== "exact");
	const wrong = bad.reduce((sum, { size }) => sum + size, 0);
	const worst = bad.find(({ verdict }) => verdict === "excess") ?? bad[0];
	if (worst) return { verdict: worst.verdict, at: worst.at, wrong };
	const [, other] = groups;
	if (!other) return { verdict: "exact", at: 0, wrong };
	return { verdict: final ? "torn" : "pending", at: other.at, wrong };
}

/** Tells if the history checker accepts the total as the final one. */
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
