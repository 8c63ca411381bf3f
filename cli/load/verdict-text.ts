import { readName } from "../client/pages.ts";
import type { Diagnostic } from "../errors.ts";
import type { Run } from "./run.ts";
import type { Verification } from "./verify.ts";

/**
 * Words the closing lines of a summary: the verdict and, if it is bad, a hint.
 */
export function outcomeText(run: Run): string[] {
	const outcome = outcomeOf(run);
	if (typeof outcome === "string") return [outcome];
	const { what, why } = outcome;
	return why === undefined ? [what] : [what, `hint: ${why}`];
}

/** Judges a run: a sentence if all is well, else a finding. */
export function outcomeOf(run: Run): string | Diagnostic {
	const { plan, tally, verification, interrupted } = run;
	if (interrupted)
		return { code: "interrupted", what: "interrupted: not verified" };
	if (!verification)
		return {
			code: "not-verified",
			what: "not verified: nothing was acknowledged, so nothing can be missing",
		};

	const { read, counter, before, after, expected, ok } = verification;
	const [verb, sign] = plan.by > 0 ? ["rose", 1] : ["fell", -1];
	const seen = (after - before) * sign;
	const [least = 0, most = 0] = [expected.min * sign, expected.max * sign].sort(
		(a, b) => a - b,
	);
	const range = least === most ? `${least}` : `${least} to ${most}`;

	if (ok) {
		const amount =
			least === most
				? `exactly ${seen}`
				: `${seen}, within the ${range} that unanswered requests allow`;
		const failed = tally.failed ? ` (${tally.failed} requests failed)` : "";
		const { counters } = verification;
		const of =
			counters === 1 ? counter : `each of ${counters} counters from ${counter}`;
		return `verified: ${readName[read]} of ${of} ${verb} by ${amount}${failed}`;
	}
	const what = `not verified: ${readName[read]} of ${counter} ${verb} by ${seen}`;
	return {
		code: "not-verified",
		what:
			verification.verdict === "torn"
				? `${what}, that of ${plan.counter} by ${verification.firstRise * sign}, though every request raises both`
				: `${what}, expected ${range}${difference(seen, least, most)}${among(verification)}`,
		why: hint(verification),
	};
}

function difference(seen: number, least: number, most: number): string {
	if (seen < least) return `, ${least - seen} missing`;
	return seen > most ? `, ${seen - most} too many` : "";
}

function among({ counters, wrong }: Verification): string {
	return counters > 1 && wrong > 0
		? ` (${wrong} of ${counters} counters ${wrong === 1 ? "is" : "are"} wrong)`
		: "";
}

function hint({
	trouble,
	verdict,
	holdings,
	read,
	counter,
}: Verification): string {
	if (trouble) return `the last reading failed: ${trouble}`;
	if (verdict === "torn")
		return "a request was counted in part; it should be counted whole or not at all";
	if (verdict === "excess")
		return `something counted twice, or others count ${counter} too: try another --counter`;
	if (holdings !== 0)
		return `shards still hold ${holdings} of it; with shardWriteToGlobalAfter 0 only further requests flush them`;
	if (read === "kv")
		return "with globalWriteToKVAfter or shardWriteToGlobalAfter 0 time publishes nothing; --verify global reads past KV";
	return "acknowledged increments were lost, or the counter was reset meanwhile";
}
