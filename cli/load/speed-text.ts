import type { Run } from "./run.ts";

/** From this share of its own ceiling on, the driver may be what is slow. */
const NEAR = 0.8;

/** What became of a `--rate`; nothing without one. */
export function rateText({ plan, tally, interrupted }: Run): string[] {
	const { rate } = plan.pace;
	if (rate === undefined || interrupted) return [];
	const reached = tally.requestsPerSecond;
	// The last answer comes some time after the last start.
	if (reached > rate * 0.95) return [`rate          ${rate}/s, as asked`];
	return [`rate          asked ${rate}/s, reached ${Math.round(reached)}/s`];
}

/** How near the run came to what the driver is good for, if that is known. */
export function ceilingText({ ceiling, tally }: Run): string[] {
	if (ceiling === undefined) return [];
	const share = tally.requestsPerSecond / ceiling;
	const [most, percent] = [Math.round(ceiling), Math.round(share * 100)];
	const lines = [
		`driver        up to ${most}/s against an empty Worker on this machine; this run reached ${percent}% of that`,
	];
	if (share >= NEAR)
		lines.push("  the driver, not the server, may be the limit");
	return lines;
}
