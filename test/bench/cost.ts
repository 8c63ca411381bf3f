import { join } from "node:path";
import { type Billed, prices } from "../../cli/planner/prices.ts";
import { buildWrapped } from "./build.ts";
import { type Load, Rig } from "./rig.ts";
import { spread } from "./rounds.ts";
import { names, type Subject } from "./subjects.ts";
import { atMost, type Target } from "./targets.ts";

/** Numbers that are metered: see workers/meter.ts. */
export const metered = [
	"workerRequests",
	"objectRequests",
	"rowsWritten",
	"rowsRead",
	"kvWrites",
	"kvReads",
	"objectDuration",
] as const satisfies Billed[];

export type Counts = Record<(typeof metered)[number], number>;

/** Use of a million counts, and its price in US dollars. */
export interface Bill {
	counts: Counts;
	dollars: Counts;
	/** Of all lines. */
	total: number;
}

/** The bill of a subject. */
export interface Cost extends Bill {
	name: string;
}

const MILLION = 1_000_000;

/** Times a usual turn: some flushes and publications must fall into it. */
const TURN_LENGTHS = 4;

/** Requests a second of an object that is hardly busy. */
const SLOW_RATE = 10;

/**
 * Drives metered builds of everything that counts, as fast as they go; single
 * increments also slowly.
 */
export async function measureCost(
	subjects: readonly Subject[],
	dir: string,
	seconds: number,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Cost[]> {
	const costs: Cost[] = [];
	const all = subjects
		.filter(({ counts }) => counts > 0)
		.flatMap((subject) => [
			{ subject, load: {} },
			...(subject.name === names.single
				? [{ subject: slow(subject), load: { rate: SLOW_RATE } }]
				: []),
		]);
	for (const { subject, load } of all) {
		progress(`cost: ${subject.name}`);
		const own = join(dir, `metered-${costs.length}`);
		const build = await buildWrapped(own, "meter", subject.build);
		const rig = await Rig.open({ ...subject, build }, own, signal);
		try {
			costs.push(await costOf(rig, { ...load, seconds }));
		} finally {
			await rig.server.stop();
		}
	}
	return costs;
}

function slow(subject: Subject): Subject {
	return { ...subject, name: names.slow };
}

async function costOf(rig: Rig, load: Load): Promise<Cost> {
	const read = () => meterOf(rig.server.origin);
	// Objects start, names get known: that is done once, not for every count.
	await rig.run({ seconds: Math.min(1, load.seconds) });
	rig.server.resume();
	const before = await read();
	let after = before;
	const long = { ...load, seconds: TURN_LENGTHS * load.seconds };
	const { acknowledged } = await rig.run(long, async () => {
		after = await read();
	});
	return { name: rig.subject.name, ...billOf(before, after, acknowledged) };
}

/** Reads what a metered Worker has used so far. */
export async function meterOf(origin: string): Promise<Counts> {
	return (await (await fetch(`${origin}/-/meter`)).json()) as Counts;
}

/** Makes the bill of a million counts out of that of some. */
export function billOf(
	before: Counts,
	after: Counts,
	acknowledged: number,
): Bill {
	const each = (value: (one: keyof Counts) => number) =>
		Object.fromEntries(metered.map((one) => [one, value(one)])) as Counts;
	const counts = each(
		(one) => ((after[one] - before[one]) / acknowledged) * MILLION,
	);
	const dollars = each(
		(one) => (counts[one] / prices[one].per) * prices[one].dollars,
	);
	const total = metered.reduce((sum, one) => sum + dollars[one], 0);
	return { counts, dollars, total };
}

/** Compares rows and prices with what is wanted. */
export function costTargets(costs: readonly Cost[]): Target[] {
	const compare = (
		name: string,
		text: string,
		wanted: number,
		figure: (cost: Cost) => number,
	): Target[] => {
		const cost = costs.find((one) => one.name === name);
		return cost ? [atMost(wanted, text, spread([figure(cost)]))] : [];
	};
	const rows = (name: string, wanted: number) =>
		compare(
			name,
			`rows written by an increment, ${name}`,
			wanted,
			({ counts }) => counts.rowsWritten / MILLION,
		);
	const moreRows = (name: string, than: string, wanted: number) => {
		const plain = costs.find((one) => one.name === than);
		return compare(
			plain ? name : "",
			`rows more written by an increment, ${name}`,
			wanted,
			({ counts }) =>
				(counts.rowsWritten - (plain?.counts.rowsWritten ?? 0)) / MILLION,
		);
	};
	const timesRows = (name: string, than: string, wanted: number) => {
		const plain = costs.find((one) => one.name === than);
		return compare(
			plain ? name : "",
			`rows written by an increment, ${name} : ${than}`,
			wanted,
			({ counts }) => counts.rowsWritten / (plain?.counts.rowsWritten ?? 0),
		);
	};
	return [
		...rows(names.single, 0.1),
		...timesRows(names.bounded, names.single, 1.3),
		...rows(names.many, 0.15),
		...rows(names.zipf, 0.15),
		...moreRows(names.past, names.many, 0.1),
		...moreRows(names.pastZipf, names.zipf, 0.4),
		...rows(names.keyed, 0.3),
		...compare(
			names.many,
			`US$ a million, ${names.many}`,
			0.6,
			({ total }) => total,
		),
	];
}
