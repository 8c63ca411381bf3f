import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { Outcome } from "./lane.ts";

/** Number of failures of one kind. */
export interface Failure {
	cause: string;
	kind: "refused" | "indeterminate";
	count: number;
	/** The server's text for the first of them. */
	problem?: string;
}

export interface LatencyMs {
	min: number;
	p50: number;
	p90: number;
	p99: number;
	p99_9: number;
	max: number;
}

/** Counts of a run, while it lasts and after. */
export class Tally {
	acknowledged = 0;
	/** Refused because of a bound, and no failures. */
	limited = 0;
	refused = 0;
	indeterminate = 0;
	seconds = 0;
	/** Some of the same cause may have been counted, and others not. */
	readonly failures: Failure[] = [];
	/** Of acknowledged requests; whole microseconds. */
	readonly latency: RecordableHistogram = createHistogram();

	get requests(): number {
		return this.acknowledged + this.limited + this.failed;
	}

	get failed(): number {
		return this.refused + this.indeterminate;
	}

	get requestsPerSecond(): number {
		return this.seconds > 0 ? this.requests / this.seconds : 0;
	}

	/** Of acknowledged requests; null if there is none. */
	get latencyMs(): LatencyMs | null {
		if (this.acknowledged === 0) return null;
		const { latency } = this;
		const at = (percent: number) => latency.percentile(percent) / 1000;
		return {
			min: latency.min / 1000,
			p50: at(50),
			p90: at(90),
			p99: at(99),
			p99_9: at(99.9),
			max: latency.max / 1000,
		};
	}

	record(outcome: Outcome, ms: number): void {
		if (outcome.kind !== "acknowledged" && outcome.isAtLimit) {
			this.limited++;
			return;
		}
		this[outcome.kind]++;
		if (outcome.kind === "acknowledged") {
			// The histogram takes whole numbers from 1 up.
			this.latency.record(Math.max(1, Math.round(ms * 1000)));
			return;
		}
		const { kind, cause, problem } = outcome;
		const known = this.failures.find(
			(one) => one.cause === cause && one.kind === kind,
		);
		if (known) known.count++;
		else
			this.failures.push({
				cause,
				kind,
				count: 1,
				...(problem !== undefined && { problem }),
			});
	}
}
