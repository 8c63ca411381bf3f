import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildGenerated } from "./build.ts";
import { exactTotal } from "./counting.ts";
import type { Options } from "./options.ts";
import { withRigs } from "./rig.ts";
import { ratioOf, type Spread } from "./rounds.ts";
import type { Subject } from "./subjects.ts";
import { number } from "./table.ts";
import { measure, type Target, type Throughput } from "./throughput.ts";

/** Times the rate of the fewest names that the most names should reach. */
const MIN_TIMES_AT_SIZE = 0.8;

/** Single increments at one size. */
export interface Point {
	/** Shards, or names. */
	size: number;
	requestsPerSecond: Spread;
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

/** Names of one request while they are registered: as many as it may have. */
const REGISTERED_NAMES = 10_000;

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
	const subject = (name: string, mount: string, names: number): Subject => ({
		name,
		group: "ours",
		build,
		counts: 1,
		next: () => ({
			method: "POST",
			path: `${mount}/increment/n${Math.floor(Math.random() * names)}`,
		}),
		total: (origin) => exactTotal(origin, mount),
		prepare: (origin) => register(origin, mount, names, signal),
	});
	const names = NAMES.filter((count) => count <= options.names);
	const subjects = [
		...SHARDS.map((n) => subject(`${n} shards`, `/shards-${n}`, 10)),
		...names.map((n) => subject(`${n} names`, "/names", n)),
	];
	progress("growth: registering names");
	return withRigs(subjects, dir, signal, async (rigs) => {
		// Many servers: fewer turns, or it would take most of the bench's time.
		const turns = { ...options, rounds: Math.ceil(options.rounds / 2) };
		const figures = await measure(rigs, turns, (text) =>
			progress(`growth, ${text}`),
		);
		const memory = await Promise.all(
			rigs.map(({ server }) => server.peakMemory()),
		);
		const points = (sizes: readonly number[], from: number): Point[] =>
			sizes.map((size, n) => {
				const { requestsPerSecond, rounds } = figures[from + n] as Throughput;
				const peakMemory = memory[from + n];
				const base = (figures[from] as Throughput).rounds;
				return {
					size,
					requestsPerSecond,
					times: ratioOf(rounds, base),
					...(peakMemory !== undefined && { peakMemory }),
				};
			});
		return {
			shards: points(SHARDS, 0),
			names: points(names, SHARDS.length),
		};
	});
}

/** Counts every name once: the first time costs a shard a call. */
async function register(
	origin: string,
	mount: string,
	names: number,
	signal: AbortSignal,
): Promise<void> {
	for (let from = 0; from < names; ) {
		const size = Math.min(REGISTERED_NAMES, names - from);
		const entries = Array.from({ length: size }, (_, n) => [`n${from + n}`, 1]);
		const answer = await fetch(`${origin}${mount}/increments`, {
			method: "POST",
			body: JSON.stringify(Object.fromEntries(entries)),
			signal,
		});
		if (answer.ok) from += size;
		// A shard holds so many new names, and is full until it has flushed them.
		else if (answer.status === 503) await sleep(1_000, undefined, { signal });
		else throw new Error(`names were not registered: ${await answer.text()}`);
	}
}

/** Compares how much the most names slow increments down with what is wanted. */
export function namesTarget({ names }: Growth): Target[] {
	const [first] = names;
	const last = names.at(-1);
	if (!first || !last) return [];
	const { times } = last;
	return [
		{
			name: `single increments, ${number(last.size)} names : ${number(first.size)} names`,
			times,
			atLeast: MIN_TIMES_AT_SIZE,
			met: times.median >= MIN_TIMES_AT_SIZE,
		},
	];
}
