import { BATCH_NAMES } from "./counting.ts";
import type { Rig, Turn } from "./rig.ts";
import { ratioOf, type Spread, spread } from "./rounds.ts";
import { type Group, names } from "./subjects.ts";
import { atLeast, atMost, type Target } from "./targets.ts";

/** Figures of a subject in all rounds. */
export interface Throughput {
	name: string;
	group: Group;
	requestsPerSecond: Spread;
	/** Counts of all requests: one request may make several. */
	countsPerSecond: Spread;
	/** Microseconds of CPU time of the server for each request. */
	cpuMicros: Spread;
	p99Ms: Spread;
	/** Requests that got no 2xx. */
	failed: number;
	cause?: string;
	acknowledged: number;
	/** Counts acknowledged and not there; negative if more are there. */
	lost: number;
	/** Figures of every round: requests a second, and CPU time of each. */
	rounds: { rate: number[]; cpuMicros: number[] };
}

/**
 * Drives every subject once a round, one after the other, so that a machine
 * that slows down slows all of them. What comes before the first round is not
 * counted: code gets compiled.
 */
export async function measure(
	rigs: readonly Rig[],
	{ rounds, seconds }: { rounds: number; seconds: number },
	progress: (text: string) => void,
): Promise<Throughput[]> {
	for (const rig of rigs) {
		progress(`warming up: ${rig.subject.name}`);
		await rig.run({ seconds: Math.min(1, seconds) });
	}
	const turns = new Map<Rig, Turn[]>(rigs.map((one) => [one, []]));
	for (let round = 1; round <= rounds; round++)
		for (const [rig, own] of turns) {
			progress(`round ${round} of ${rounds}: ${rig.subject.name}`);
			own.push(await rig.run({ seconds }));
		}
	return [...turns].map(([{ subject }, own]) => summary(subject, own));
}

function summary(
	{ name, group, counts }: Rig["subject"],
	turns: readonly Turn[],
): Throughput {
	const rates = turns.map((one) => one.requestsPerSecond);
	const cpuMicros = turns.map((one) => one.cpuMicros);
	const sum = (figure: (one: Turn) => number) =>
		turns.reduce((all, one) => all + figure(one), 0);
	const cause = turns.find((one) => one.cause !== undefined)?.cause;
	return {
		name,
		group,
		requestsPerSecond: spread(rates),
		countsPerSecond: spread(rates.map((one) => one * counts)),
		cpuMicros: spread(cpuMicros),
		p99Ms: spread(turns.map((one) => one.p99Ms)),
		failed: sum((one) => one.failed),
		...(cause !== undefined && { cause }),
		acknowledged: sum((one) => one.acknowledged),
		lost: sum((one) => one.lost),
		rounds: { rate: rates, cpuMicros },
	};
}

/** The ratios that are wanted, of the subjects that were measured. */
export function targetsOf(figures: readonly Throughput[]): Target[] {
	const ratio = (
		of: string,
		to: string,
		compare: (times: Spread) => Target,
		figure: keyof Throughput["rounds"] = "rate",
		counts = 1,
	): Target[] => {
		const roundsOf = (name: string) =>
			figures.find((one) => one.name === name)?.rounds[figure];
		const [own, base] = [roundsOf(of), roundsOf(to)];
		if (!own || !base) return [];
		return [
			compare(
				ratioOf(
					own.map((one) => one * counts),
					base,
				),
			),
		];
	};
	const rate = (of: string, to: string, wanted: number) =>
		ratio(of, to, (times) => atLeast(wanted, `${of} : ${to}`, times));
	return [
		...rate(names.single, names.bareCommit, 0.95),
		...ratio(
			names.single,
			names.bareCommit,
			(times) =>
				atMost(1.1, `CPU of ${names.single} : ${names.bareCommit}`, times),
			"cpuMicros",
		),
		...rate(names.bounded, names.single, 0.9),
		...rate(names.single, names.emptyObject, 0.85),
		...rate(names.single, names.original, 5),
		...rate(names.many, names.originalMany, 5),
		...ratio(
			names.batched,
			names.single,
			(times) =>
				atLeast(25, `counts of ${names.batched} : ${names.single}`, times),
			"rate",
			BATCH_NAMES,
		),
		...rate(names.readKv, names.empty, 0.6),
	];
}
