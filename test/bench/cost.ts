import { join } from "node:path";
import { type Billed, prices } from "../../cli/planner/prices.ts";
import { buildMetered } from "./build.ts";
import { Rig } from "./rig.ts";
import { spread } from "./rounds.ts";
import { names, type Subject } from "./subjects.ts";
import type { Target } from "./throughput.ts";

/** Numbers that are metered: see workers/meter.ts. */
export const metered = [
	"workerRequests",
	"objectRequests",
	"rowsWritten",
	"rowsRead",
	"kvWrites",
	"kvReads",
] as const satisfies Billed[];

export type Counts = Record<(typeof metered)[number], number>;

/** Requests and rows of a million counts, and their price in US dollars. */
export interface Cost {
	name: string;
	counts: Counts;
	dollars: Counts;
	/** Of all lines. */
	total: number;
}

const MILLION = 1_000_000;

/** Times a usual turn: some flushes and publications must fall into it. */
const TURN_LENGTHS = 5;

/** Rows that an acknowledged increment may write at saturation. */
const MAX_ROWS = 0.1;

/** Drives metered builds of everything that counts, as fast as they go. */
export async function measureCost(
	subjects: readonly Subject[],
	dir: string,
	seconds: number,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Cost[]> {
	const costs: Cost[] = [];
	for (const subject of subjects.filter(({ counts }) => counts > 0)) {
		progress(`cost: ${subject.name}`);
		const own = join(dir, `metered-${costs.length}`);
		const build = await buildMetered(own, subject.build);
		const rig = await Rig.open({ ...subject, build }, own, signal);
		try {
			costs.push(await costOf(rig, seconds));
		} finally {
			await rig.server.stop();
		}
	}
	return costs;
}

async function costOf(rig: Rig, seconds: number): Promise<Cost> {
	const { origin } = rig.server;
	const read = async () =>
		(await (await fetch(`${origin}/-/meter`)).json()) as Counts;
	// Objects start, names get known: that is done once, not for every count.
	await rig.run({ seconds: Math.min(1, seconds) });
	rig.server.resume();
	const before = await read();
	let after = before;
	const long = { seconds: TURN_LENGTHS * seconds };
	const { acknowledged } = await rig.run(long, async () => {
		after = await read();
	});
	const each = (value: (one: keyof Counts) => number) =>
		Object.fromEntries(metered.map((one) => [one, value(one)])) as Counts;
	const counts = each(
		(one) => ((after[one] - before[one]) / acknowledged) * MILLION,
	);
	const dollars = each(
		(one) => (counts[one] / prices[one].per) * prices[one].dollars,
	);
	const total = metered.reduce((sum, one) => sum + dollars[one], 0);
	return { name: rig.subject.name, counts, dollars, total };
}

/** Compares the rows that single increments write with what is wanted. */
export function rowsTarget(costs: readonly Cost[]): Target[] {
	const cost = costs.find(({ name }) => name === names.single);
	if (!cost) return [];
	const times = spread([cost.counts.rowsWritten / MILLION]);
	return [
		{
			name: "rows written by one increment at saturation",
			times,
			atMost: MAX_ROWS,
			met: times.median <= MAX_ROWS,
		},
	];
}
