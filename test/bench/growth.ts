import { join } from "node:path";
import { buildGenerated } from "./build.ts";
import { exactTotal, register } from "./counting.ts";
import type { Options } from "./options.ts";
import { withRigs } from "./rig.ts";
import { ratioOf, type Spread } from "./rounds.ts";
import type { Subject } from "./subjects.ts";
import { number } from "./table.ts";
import { atLeast, type Target } from "./targets.ts";
import { measure, type Throughput } from "./throughput.ts";

/** Times the rate of the fewest names that the most names should reach. */
const MIN_TIMES_AT_SIZE = 0.95;

/**
 * Makes of the two seconds of a turn the five that publications to KV are apart. These
 * take longer the more names there are, and one is due whenever a server goes on, so
 * that shorter turns would have too many of them.
 */
const TIMES_AS_LONG = 2.5;

/** Single increments at one size. */
export interface Point {
	/** Shards, or names. */
	size: number;
	requestsPerSecond: Spread;
	/** Microseconds of CPU time of the server for each. */
	cpuMicros: Spread;
	/** Times the rate at the smallest size, round by round. */
	times: Spread;
	/** The most memory of workerd, in bytes: all objects, KV and the runtime. */
	peakMemory?: number;
}

export interface Growth {
	shards: Point[];
	names: Point[];
}

const SHARDS = [1, 4, 16, 64];
const NAMES = [10, 1_000, 100_000, 1_000_000];

/** A namespace for every number of shards, and one for all the names. */
const configuration = `version: 1
namespaces:
${SHARDS.map((count) => `  shards-${count}: { shardCount: ${count} }\n`).join("")}  names: { shardCount: 1, maxCounters: 1000000 }
`;

/** Drives single increments at every size, in turns. */
export async function measureGrowth(
	options: Options,
	dir: string,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Growth> {
	const build = await buildGenerated(
		join(dir, "growth"),
		configuration,
		signal,
	);
	const subject = (
		name: string,
		mount: string,
		shards: number,
		names: number,
	): Subject => ({
		name,
		group: "ours",
		build,
		counts: 1,
		next: () => ({
			method: "POST",
			path: `${mount}/increment/n${Math.floor(Math.random() * names)}`,
		}),
		total: (origin) => exactTotal(origin, mount),
		prepare: (origin) => register(origin, mount, names, shards, signal),
	});
	const names = NAMES.filter((count) => count <= options.names);
	const subjects = [
		...SHARDS.map((n) => subject(`${n} shards`, `/shards-${n}`, n, 10)),
		...names.map((n) => subject(`${n} names`, "/names", 1, n)),
	];
	progress("growth: registering names");
	return withRigs(subjects, dir, signal, async (rigs) => {
		// Many servers: fewer turns, or it would take most of the bench's time.
		const turns = {
			rounds: Math.ceil(options.rounds / 2),
			seconds: TIMES_AS_LONG * options.seconds,
		};
		const figures = await measure(rigs, turns, (text) =>
			progress(`growth, ${text}`),
		);
		const memory = await Promise.all(
			rigs.map(({ server }) => server.peakMemory()),
		);
		const points = (sizes: readonly number[], from: number): Point[] =>
			sizes.map((size, n) => {
				const own = figures[from + n] as Throughput;
				const base = figures[from] as Throughput;
				const peakMemory = memory[from + n];
				return {
					size,
					requestsPerSecond: own.requestsPerSecond,
					cpuMicros: own.cpuMicros,
					times: ratioOf(own.rounds.rate, base.rounds.rate),
					...(peakMemory !== undefined && { peakMemory }),
				};
			});
		return {
			shards: points(SHARDS, 0),
			names: points(names, SHARDS.length),
		};
	});
}

/** Compares how much the most names slow increments down with what is wanted. */
export function namesTarget({ names }: Growth): Target[] {
	const [first] = names;
	const last = names.at(-1);
	if (!first || !last) return [];
	const name = `single increments, ${number(last.size)} names : ${number(first.size)} names`;
	return [atLeast(MIN_TIMES_AT_SIZE, name, last.times)];
}
