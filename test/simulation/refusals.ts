import type { Operation } from "../../cli/load/history.ts";
import type { Attempt } from "./clients.ts";
import type { Cluster } from "./cluster.ts";

/** Checks that each refusal had a reason. */
export function checkRefusals(
	cluster: Cluster,
	attempts: readonly Attempt[],
	history: readonly Operation[],
	leastCounters: number,
): void {
	for (const attempt of attempts) {
		if (attempt.code === "too-many-counters")
			checkTooMany(cluster, attempt, attempts, history, leastCounters);
		if (attempt.code === "idempotency-key-reused") {
			const body = JSON.stringify(attempt.entries);
			const other = attempts.some(
				({ key, entries, begin }) =>
					key === attempt.key &&
					JSON.stringify(entries) !== body &&
					begin < (attempt.end ?? 0),
			);
			if (!other)
				cluster.report(
					`key ${attempt.key} was refused without another request`,
				);
		}
	}
}

function checkTooMany(
	cluster: Cluster,
	attempt: Attempt,
	attempts: readonly Attempt[],
	history: readonly Operation[],
	leastCounters: number,
): void {
	const end = attempt.end ?? 0;
	const resets = history
		.filter((one) => one.kind === "reset")
		.filter(({ outcome }) => outcome !== "refused");
	const isKnown = (name: string) =>
		attempts.some(
			(other) =>
				other.outcome === "acknowledged" &&
				other.entries.some(([counter]) => counter === name) &&
				(other.end ?? Infinity) < attempt.begin &&
				!resets.some(
					(reset) =>
						reset.begin < end &&
						(reset.outcome === "indeterminate" ? Infinity : (reset.end ?? 0)) >
							other.begin,
				),
		);
	if (attempt.entries.every(([name]) => isKnown(name)))
		cluster.report(
			`known counters ${attempt.entries.map(([name]) => name)} were refused at ${end}`,
		);
	const tried = new Set(
		attempts
			.filter(({ begin }) => begin < end)
			.flatMap(({ entries }) => entries.map(([name]) => name)),
	);
	if (tried.size <= leastCounters)
		cluster.report(`${[...tried]} were refused though there is room at ${end}`);
}
