import type { Answer } from "../ui/reporter.ts";
import { bucketLines, bucketsOf } from "./histogram.ts";
import type { Run } from "./run.ts";
import { outcomeOf, outcomeText } from "./verdict-text.ts";

/** Tells if everything that was acknowledged, and not nothing, arrived. */
export function succeeded(run: Run): boolean {
	return typeof outcomeOf(run) === "string";
}

/** Makes the answer for `--json`. */
export function summaryData(run: Run): Answer {
	const { url, plan, tally, verification: seen } = run;
	const outcome = outcomeOf(run);
	return {
		ok: succeeded(run),
		diagnostics: typeof outcome === "string" ? [] : [outcome],
		url,
		counter: plan.counter,
		batch: plan.batch ?? null,
		rate: plan.pace.rate ?? null,
		requests: tally.requests,
		acknowledged: tally.acknowledged,
		limited: tally.limited,
		refused: tally.refused,
		indeterminate: tally.indeterminate,
		seconds: tally.seconds,
		requestsPerSecond: tally.requestsPerSecond,
		countsPerSecond: countsPerSecond(run),
		latencyMs: tally.latencyMs,
		histogram: bucketsOf(tally.latency),
		failures: tally.failures,
		driverRequestsPerSecond: run.ceiling ?? null,
		verification: seen
			? {
					read: seen.read,
					counter: seen.counter,
					before: seen.before,
					after: seen.after,
					expected: seen.expected,
					counters: seen.counters,
					wrong: seen.wrong,
					ok: seen.ok,
				}
			: null,
	};
}

/** Words the result for people: requests, speed, and the verification. */
export function summaryText(run: Run): string {
	const { tally, plan } = run;
	const sent = `${tally.requests}${run.interrupted ? ofAll(run) : ""}`;
	const lines = [
		`requests      ${sent} in ${tally.seconds.toFixed(2)} s, ${Math.round(tally.requestsPerSecond)}/s`,
		...rateText(run),
		...(plan.batch === undefined
			? []
			: [
					`counts        ${tally.acknowledged * plan.batch}, ${Math.round(countsPerSecond(run))}/s`,
				]),
		`acknowledged  ${tally.acknowledged}`,
		...(tally.limited > 0
			? [`at its limit  ${tally.limited}, not counted`]
			: []),
		`failed        ${tally.failed}`,
		...tally.failures.map(
			({ cause, kind, count, problem }) =>
				`  ${count} x ${cause}, ${kind === "refused" ? "not counted" : "perhaps counted"}${problem ? `: ${problem}` : ""}`,
		),
	];
	const latency = tally.latencyMs;
	if (latency) {
		const parts = Object.entries(latency).map(
			([name, ms]) => `${name.replace("_", ".")} ${ms.toFixed(1)} ms`,
		);
		lines.push(`latency       ${parts.join(", ")}`);
		lines.push(...bucketLines(bucketsOf(tally.latency)));
	}
	return [...lines, ...ceilingText(run), ...outcomeText(run)].join("\n");
}

/** From this share of its own ceiling on, the driver may be the slow part. */
const NEAR_CEILING_SHARE = 0.8;

/** Compares the speed with `--rate`, if that was given. */
export function rateText({ plan, tally, interrupted }: Run): string[] {
	const { rate } = plan.pace;
	if (rate === undefined || interrupted) return [];
	const reached = tally.requestsPerSecond;
	// The last answer comes some time after the last start.
	if (reached > rate * 0.95) return [`rate          ${rate}/s, as asked`];
	return [`rate          asked ${rate}/s, reached ${Math.round(reached)}/s`];
}

/** Compares the speed with the limit of the driver, if that is known. */
export function ceilingText({ ceiling, tally }: Run): string[] {
	if (ceiling === undefined) return [];
	const share = tally.requestsPerSecond / ceiling;
	const [most, percent] = [Math.round(ceiling), Math.round(share * 100)];
	const lines = [
		`driver        up to ${most}/s against an empty Worker on this machine; this run reached ${percent}% of that`,
	];
	if (share >= NEAR_CEILING_SHARE)
		lines.push("  the driver, not the server, may be the limit");
	return lines;
}

/** Counts acknowledged increments, over all counters of a request. */
function countsPerSecond({ tally, plan }: Run): number {
	const counts = tally.acknowledged * (plan.batch ?? 1);
	return tally.seconds > 0 ? counts / tally.seconds : 0;
}

function ofAll({ plan }: Run): string {
	const { requests } = plan.pace;
	return requests === undefined ? "" : ` of ${requests}`;
}
