import type { Diagnostic } from "../errors.ts";
import { readName } from "./progress.ts";
import type { Run } from "./run.ts";
import type { Verification } from "./verify.ts";

/** The closing lines of a summary: the verdict and, if it is bad, a hint. */
export function outcomeText(run: Run): string[] {
	const outcome = outcomeOf(run);
	if (typeof outcome === "string") return [outcome];
	const { what, why } = outcome;
	return why === undefined ? [what] : [what, `hint: ${why}`];
}

/** How a run ended: as a sentence if all is well, else as a finding. */
export function outcomeOf(run: Run): string | Diagnostic {
	const { plan, tally, verification, interrupted } = run;
	if (interrupted)
		return { code: "interrupted", what: "interrupted: not verified" };
	if (!verification)
		return {
			code: "not-verified",
			what: "not verified: nothing was acknowledged, so nothing can be missing",
		};

	const { read, before, after, expected, ok } = verification;
	const [verb, sign] = plan.by > 0 ? ["rose", 1] : ["fell", -1];
	const name = `${readName[read]} of ${plan.counter}`;
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
		return `verified: ${name} ${verb} by ${amount}${failed}`;
	}
	const difference =
		seen < least
			? `, ${least - seen} missing`
			: seen > most
				? `, ${seen - most} too many`
				: "";
	return {
		code: "not-verified",
		what: `not verified: ${name} ${verb} by ${seen}, expected ${range}${difference}`,
		why: hint(verification, plan.counter),
	};
}

function hint(
	{ trouble, verdict, held, read }: Verification,
	counter: string,
): string {
	if (trouble) return `the last reading failed: ${trouble}`;
	if (verdict === "excess")
		return `something counted twice, or others count ${counter} too: try another --counter`;
	if (held !== 0)
		return `shards still hold ${held} of it; with shardWriteToGlobalAfter 0 only further requests flush them`;
	if (read === "kv")
		return "with globalWriteToKVAfter or shardWriteToGlobalAfter 0 time publishes nothing; --verify global reads past KV";
	return "acknowledged increments were lost, or the counter was reset meanwhile";
}
