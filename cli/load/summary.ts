import type { Answer } from "../ui/reporter.ts";
import { bucketLines, bucketsOf } from "./histogram.ts";
import type { Run } from "./run.ts";
import { ceilingText, rateText } from "./speed-text.ts";
import { outcomeOf, outcomeText } from "./verdict-text.ts";

/** Whether everything that was acknowledged, and not nothing, arrived. */
export function succeeded(run: Run): boolean {
	return typeof outcomeOf(run) === "string";
}

/** For `--json`. */
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
		refused: tally.refused,
		indeterminate: tally.indeterminate,
		seconds: tally.seconds,
		requestsPerSecond: tally.requestsPerSecond,
		countsPerSecond: countsPerSecond(run),
		latencyMs: tally.latencyMs,
		histogram: bucketsOf(tally.latency),
		failures: [...tally.failures].map(([cause, failure]) => ({
			cause,
			...failure,
		})),
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

/** For a person: what was sent, how fast it was, and whether it arrived. */
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
		`failed        ${tally.failed}`,
		...[...tally.failures].map(
			([cause, { kind, count, problem }]) =>
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

/** Acknowledged, over all counters of a request. */
function countsPerSecond({ tally, plan }: Run): number {
	const counts = tally.acknowledged * (plan.batch ?? 1);
	return tally.seconds > 0 ? counts / tally.seconds : 0;
}

function ofAll({ plan }: Run): string {
	const { requests } = plan.pace;
	return requests === undefined ? "" : ` of ${requests}`;
}
