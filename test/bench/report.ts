import { PRICES_READ } from "../../cli/planner/prices.ts";
import type { ClientFigures } from "./client.ts";
import type { Commit } from "./commit.ts";
import { type Cost, metered } from "./cost.ts";
import type { Growth, Point } from "./growth.ts";
import type { Latency } from "./latency.ts";
import type { Live } from "./live.ts";
import type { Machine } from "./machine.ts";
import { fallsBehind, type Overload } from "./overload.ts";
import { compared, isRight, type Proof } from "./plan.ts";
import type { Results } from "./run.ts";
import { inOrder } from "./subjects.ts";
import { number, spreadText, table } from "./table.ts";
import type { Target } from "./targets.ts";
import type { Throughput } from "./throughput.ts";

/** Writes what was measured, by section of docs/performance.md. */
export function sectionsOf({
	machine,
	throughput,
	latency,
	commit,
	cost,
	client,
	growth,
	live,
	plan,
	overload,
	targets,
}: Results): Record<string, string> {
	return {
		machine: machineText(machine),
		...(throughput.length > 0 && { throughput: throughputText(throughput) }),
		...(latency && { latency: latencyText(latency) }),
		...(commit.length > 0 && { commit: commitText(commit) }),
		...(cost.length > 0 && { cost: costText(cost) }),
		...(client.length > 0 && { client: clientText(client) }),
		...(growth && { growth: growthText(growth) }),
		...(live.length > 0 && { live: liveText(live) }),
		...(plan.length > 0 && { plan: planText(plan) }),
		...(overload.length > 0 && { overload: overloadText(overload) }),
		...(targets.length > 0 && { targets: targetsText(targets) }),
	};
}

/** Describes the machine that the figures are from. */
function machineText(machine: Machine): string {
	const noCpu = machine.hasCpuTimes ? "" : "no /proc to read CPU times from, ";
	return `${machine.cores} × ${machine.model}, Node ${machine.node}, workerd ${machine.workerd}, ${noCpu}4 KiB on disk in ${number(machine.fsyncMs.p50, 1)} ms (p99 ${number(machine.fsyncMs.p99, 1)}), ${machine.connections} connections, ${machine.rounds} rounds of ${machine.seconds} s; median (first to third quartile):`;
}

function throughputText(figures: readonly Throughput[]): string {
	return table(
		["", "requests/s", "counts/s", "CPU µs", "p99 ms", "acknowledged counts"],
		inOrder(figures).map((one) => [
			one.name,
			spreadText(one.requestsPerSecond),
			one.acknowledged > 0 ? number(one.countsPerSecond.median) : "",
			spreadText(one.cpuMicros),
			spreadText(one.p99Ms, 1),
			verdict(one),
		]),
	);
}

/** Words what became of the counts: a fast wrong answer is a failure. */
function verdict({ acknowledged, lost, failed, cause }: Throughput): string {
	if (failed > 0) return `${number(failed)} requests failed: ${cause}`;
	if (lost === 0) return acknowledged > 0 ? "all there" : "";
	const share = `${number((100 * Math.abs(lost)) / acknowledged, 1)}%`;
	return lost > 0 ? `**lost ${share}**` : `**${share} too many**`;
}

function targetsText(targets: readonly Target[]): string {
	return table(
		["", "came to", "wanted", ""],
		targets.map(({ name, figure, atLeast, atMost, met }) => [
			name,
			spreadText(figure, 2),
			atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
			met ? "met" : "missed",
		]),
	);
}

function latencyText({ rate, subjects }: Latency): string {
	return table(
		[`at ${number(rate)} requests/s`, "CPU µs", "p50 ms", "p99 ms"],
		subjects.map(({ name, cpuMicros, p50Ms, p99Ms }) => [
			name,
			spreadText(cpuMicros),
			spreadText(p50Ms, 2),
			spreadText(p99Ms, 2),
		]),
	);
}

function commitText(commits: readonly Commit[]): string {
	return table(
		["", "", "requests/s", "CPU µs", "p50 ms"],
		commits.flatMap(({ disk, connections, subjects }) =>
			subjects.map(({ name, requestsPerSecond, cpuMicros, p50Ms }) => [
				`${disk}, ${connections} connection${connections === 1 ? "" : "s"}`,
				name,
				spreadText(requestsPerSecond),
				spreadText(cpuMicros),
				spreadText(p50Ms, 2),
			]),
		),
	);
}

const lines: Record<(typeof metered)[number], string> = {
	workerRequests: "Worker requests",
	objectRequests: "object requests",
	rowsWritten: "rows written",
	rowsRead: "rows read",
	kvWrites: "KV writes",
	kvReads: "KV reads",
	objectDuration: "object GB-s",
};

/** Counts of a million increments, each with its price. */
function costText(costs: readonly Cost[]): string {
	return table(
		["", ...metered.map((one) => lines[one]), `US$ (${PRICES_READ})`],
		inOrder(costs).map(({ name, counts, dollars, total }) => [
			name,
			...metered.map(
				(one) => `${number(counts[one])} ($${number(dollars[one], 2)})`,
			),
			`$${number(total, 2)}`,
		]),
	);
}

function clientText(figures: readonly ClientFigures[]): string {
	return table(
		[
			"counts/s",
			"requests/s",
			"counts a request",
			"CPU µs a count",
			`US$ a million (${PRICES_READ})`,
		],
		figures.map((one) => [
			`${number(one.countsPerSecond)}${one.rate === undefined ? ", as many as it can" : ""}`,
			number(one.requestsPerSecond, 1),
			number(one.countsPerSecond / one.requestsPerSecond),
			Number.isNaN(one.cpuMicros) ? "?" : number(one.cpuMicros, 1),
			`$${number(one.total, 3)}`,
		]),
	);
}

function growthText({ shards, names }: Growth): string {
	const row = (what: string, other: string) => (one: Point) => [
		`${number(one.size)} ${what}${one.size === 1 ? "" : "s"}, ${other}`,
		spreadText(one.requestsPerSecond),
		spreadText(one.cpuMicros),
		spreadText(one.times, 2),
		one.peakMemory === undefined ? "?" : number(one.peakMemory / 1024 / 1024),
	];
	return table(
		["", "requests/s", "CPU µs", "times", "peak MiB"],
		[
			...shards.map(row("shard", "10 names")),
			...names.map(row("name", "1 shard")),
		],
	);
}

function liveText(figures: readonly Live[]): string {
	return table(
		["", "updates/s each", "messages/s", "CPU µs", "first to last viewer, ms"],
		figures.map((one) => [
			`${number(one.viewers)} viewers`,
			number(one.updatesPerSecond, 2),
			number(one.messagesPerSecond),
			Number.isNaN(one.cpuMicros) ? "?" : number(one.cpuMicros),
			spreadText(one.toAllMs),
		]),
	);
}

const planLines: Record<(typeof compared)[number], string> = {
	workerRequests: "Worker requests",
	objectRequests: "object requests",
	rowsWritten: "rows written",
	rowsRead: "rows read",
	kvWrites: "KV writes",
	kvReads: "KV reads",
	awakeSeconds: "seconds awake",
	globalLagP99: "lag of the global object, p99 s",
	kvLagP99: "lag of KV, p99 s",
};

/** Metered numbers, and by how much the plan is more or less. */
function planText(proofs: readonly Proof[]): string {
	return table(
		["", ...compared.map((line) => planLines[line])],
		proofs.map(({ name, lines }) => [
			name,
			...lines.map((one) => {
				const { line, planned, metered } = one;
				const digits = line.endsWith("P99") ? 2 : 0;
				const off = metered === 0 ? 0 : (planned / metered - 1) * 100;
				const text = `${number(metered, digits)} ${off < 0 ? "−" : "+"}${number(Math.abs(off), 1)}%`;
				return isRight(one) ? text : `**${text}**`;
			}),
		]),
	);
}

/** Sets what objects took beside what `plan` says; bold where the two disagree. */
function overloadText(all: readonly Overload[]): string {
	return table(
		["", "calls/s to take", "taken", "keeps up", "`plan`"],
		all.map((one) => {
			const isRefused = one.status !== 0;
			const verdict = isRefused ? `refuses it (${one.status})` : "takes it (0)";
			return [
				one.name,
				number(one.asked),
				number(one.begun),
				fallsBehind(one) ? "no" : "yes",
				fallsBehind(one) === isRefused ? verdict : `**${verdict}**`,
			];
		}),
	);
}
