import type { Answer } from "../ui/reporter.ts";
import type { Run } from "./run.ts";
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
		requests: tally.requests,
		acknowledged: tally.acknowledged,
		refused: tally.refused,
		indeterminate: tally.indeterminate,
		seconds: tally.seconds,
		requestsPerSecond: tally.requestsPerSecond,
		latencyMs: tally.latencyMs,
		verification: seen
			? {
					read: seen.read,
					before: seen.before,
					after: seen.after,
					expected: seen.expected,
					ok: seen.ok,
				}
			: null,
	};
}

/** For a person: what was sent, how fast it was, and whether it arrived. */
export function summaryText(run: Run): string {
	const { tally, plan } = run;
	const rate = Math.round(tally.requestsPerSecond);
	const sent = run.interrupted
		? `${tally.requests} of ${plan.requests}`
		: `${tally.requests}`;
	const lines = [
		`requests      ${sent} in ${tally.seconds.toFixed(2)} s, ${rate}/s`,
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
	}
	return [...lines, ...outcomeText(run)].join("\n");
}
