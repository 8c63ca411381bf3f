import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { type Read, readName } from "../client/pages.ts";
import type { Outcome } from "./lane.ts";
import type { Pace } from "./schedule.ts";
import type { Tally } from "./tally.ts";

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** Shows the speed of a run: between one line and the next. */
export class Progress {
	readonly #pace: Pace;
	readonly #latency: RecordableHistogram = createHistogram();
	#requests = 0;
	#seconds = 0;

	constructor(pace: Pace) {
		this.#pace = pace;
	}

	record(outcome: Outcome, ms: number): void {
		if (outcome.kind === "acknowledged")
			this.#latency.record(Math.max(1, Math.round(ms * 1000)));
	}

	/** Writes the line that stands while increments are sent. */
	line(tally: Tally): string {
		const { requests, seconds } = this.#pace;
		const passed = tally.seconds - this.#seconds;
		const rate = passed > 0 ? (tally.requests - this.#requests) / passed : 0;
		const parts = [
			requests === undefined
				? `${tally.seconds.toFixed(1)} of ${seconds} s`
				: `${grouped.format(tally.requests)} of ${grouped.format(requests)}`,
			`${grouped.format(rate)}/s`,
			`${grouped.format(tally.failed)} failed`,
		];
		if (this.#latency.count > 0)
			for (const percent of [50, 99])
				parts.push(
					`p${percent} ${(this.#latency.percentile(percent) / 1000).toFixed(1)} ms`,
				);
		this.#latency.reset();
		this.#requests = tally.requests;
		this.#seconds = tally.seconds;
		return parts.join(", ");
	}
}

/** Writes the line that stands while the total lags behind. */
export function waitLine(read: Read, rise: number, expected: number): string {
	return `waiting for the ${readName[read]}: ${grouped.format(rise)} of ${grouped.format(expected)}`;
}
