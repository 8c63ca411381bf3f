import type { Machine } from "./machine.ts";
import { number, spreadText, table } from "./table.ts";
import type { Target, Throughput } from "./throughput.ts";

/** Where the figures are from. */
export function machineText(machine: Machine): string {
	return `${machine.cores} × ${machine.model}, Node ${machine.node}, workerd ${machine.workerd}, ${machine.connections} connections, ${machine.rounds} rounds of ${machine.seconds} s; median (first to third quartile):`;
}

export function throughputText(figures: readonly Throughput[]): string {
	return table(
		["", "requests/s", "counts/s", "p99 ms", "acknowledged counts"],
		figures.map((one) => [
			one.name,
			spreadText(one.requestsPerSecond),
			one.acknowledged > 0 ? number(one.countsPerSecond.median) : "",
			spreadText(one.p99Ms, 1),
			verdict(one),
		]),
	);
}

/** What became of the counts: a fast wrong answer is a failure. */
function verdict({ acknowledged, lost, failed, cause }: Throughput): string {
	if (failed > 0) return `${number(failed)} requests failed: ${cause}`;
	if (lost === 0) return acknowledged > 0 ? "all there" : "";
	const share = `${number((100 * Math.abs(lost)) / acknowledged, 1)}%`;
	return lost > 0 ? `**lost ${share}**` : `**${share} too many**`;
}

export function targetsText(targets: readonly Target[]): string {
	return table(
		["", "times", "wanted", ""],
		targets.map(({ name, times, atLeast, atMost, met }) => [
			name,
			spreadText(times, 2),
			atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
			met ? "met" : "missed",
		]),
	);
}
