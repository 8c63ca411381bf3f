import type { Read } from "./api.ts";
import type { Plan } from "./plan.ts";
import type { Tally } from "./tally.ts";

/** How a read is called when talking to a person. */
export const readName: Readonly<Record<Read, string>> = {
	kv: "KV total",
	global: "global total",
	exact: "exact total",
};

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** The line that stands while increments are sent. */
export function driveLine(tally: Tally, { requests }: Plan): string {
	const parts = [
		`${grouped.format(tally.requests)} of ${grouped.format(requests)}`,
		`${grouped.format(tally.requestsPerSecond)}/s`,
		`${grouped.format(tally.failed)} failed`,
	];
	const p99 = tally.latencyMs?.p99;
	if (p99 !== undefined) parts.push(`p99 ${p99.toFixed(1)} ms`);
	return parts.join(", ");
}

/** The line that stands while the total lags behind. */
export function waitLine(read: Read, rise: number, expected: number): string {
	return `waiting for the ${readName[read]}: ${grouped.format(rise)} of ${grouped.format(expected)}`;
}
