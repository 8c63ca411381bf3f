import { BATCH_NAMES } from "./counting.ts";
import type { Rig, Turn } from "./rig.ts";
import { ratioOf, type Spread, spread } from "./rounds.ts";
import { type Group, names } from "./subjects.ts";

/** Figures of a subject in all rounds. */
export interface Throughput {
	name: string;
	group: Group;
	requestsPerSecond: Spread;
	/** Counts of all requests: one request may make several. */
	countsPerSecond: Spread;
	p99Ms: Spread;
	/** Requests that got no 2xx. */
	failed: number;
	cause?: string;
	acknowledged: number;
	/** Counts acknowledged and not there; negative if more are there. */
	lost: number;
	/** Requests a second of every round. */
	rounds: number[];
}

/** A figure that is wanted, and what it came to. */
export interface Target {
	name: string;
	times: Spread;
	atLeast?: number;
	atMost?: number;
	met: boolean;
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
	const sum = (figure: (one: Turn) => number) =>
		turns.reduce((all, one) => all + figure(one), 0);
	const cause = turns.find((one) => one.cause !== undefined)?.cause;
	return {
		name,
		group,
		requestsPerSecond: spread(rates),
		countsPerSecond: spread(rates.map((one) => one * counts)),
		p99Ms: spread(turns.map((one) => one.p99Ms)),
		failed: sum((one) => one.failed),
		...(cause !== undefined && { cause }),
		acknowledged: sum((one) => one.acknowledged),
		lost: sum((one) => one.lost),
		rounds: rates,
	};
}

/** The ratios that are wanted, of the subjects that were measured. */
export function targetsOf(figures: readonly Throughput[]): Target[] {
	const counts = (name: string) =>
		figures.find((one) => one.name === name)?.rounds;
	const compare = (
		of: string,
		to: string,
		atLeast: number,
		counted = 1,
	): Target[] => {
		const own = counts(of)?.map((one) => one * counted);
		const base = counts(to);
		if (!own || !base) return [];
		const times = ratioOf(own, base);
		const name = counted > 1 ? `counts of ${of} : ${to}` : `${of} : ${to}`;
		return [{ name, times, atLeast, met: times.median >= atLeast }];
	};
	return [
		...compare(names.single, names.emptyObject, 0.85),
		...compare(names.single, names.original, 5),
		...compare(names.many, names.originalMany, 5),
		...compare(names.batched, names.single, 25, BATCH_NAMES),
		...compare(names.readKv, names.empty, 0.6),
	];
}
