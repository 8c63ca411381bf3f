import { join } from "node:path";
import { buildWrapped } from "./build.ts";
import type { Options } from "./options.ts";
import { type Rig, type Turn, withRigs } from "./rig.ts";
import { ratioOf, type Spread, spread } from "./rounds.ts";
import { names, type Subject } from "./subjects.ts";
import { atMost, type Target } from "./targets.ts";

/** Requests under way at a time. */
const CONNECTIONS = [1, 8, 64];

/** Connections at which the latency is a target. */
const FEW_CONNECTIONS = 8;

/** Single increments beside a bare group commit, at so many connections. */
export interface Commit {
	/** Says how long a commit takes. */
	disk: string;
	connections: number;
	subjects: CommitFigures[];
	/** Times the median latency of the bare group commit, round by round. */
	p50Times: Spread;
}

export interface CommitFigures {
	name: string;
	requestsPerSecond: Spread;
	/** Microseconds of CPU time of the server for each request. */
	cpuMicros: Spread;
	p50Ms: Spread;
}

/**
 * Compares commits on this disk, and with what a replicated store takes more, at
 * some numbers of connections.
 *
 * @param all subjects that can be measured
 */
export async function measureCommit(
	all: readonly Subject[],
	options: Pick<Options, "rounds" | "seconds">,
	dir: string,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Commit[]> {
	const compared = [names.single, names.bareCommit].map((name) => {
		const subject = all.find((one) => one.name === name);
		if (!subject) throw new Error(`there is no subject ${name}`);
		return subject;
	});
	const slow = await Promise.all(
		compared.map(async (one, n): Promise<Subject> => {
			const own = join(dir, `slow-disk-${n}`);
			return { ...one, build: await buildWrapped(own, "slow-disk", one.build) };
		}),
	);
	// Many turns: fewer and shorter ones, or they would take most of the bench's time.
	const turns = {
		rounds: Math.ceil(options.rounds / 2),
		seconds: Math.min(1, options.seconds),
	};
	const commits: Commit[] = [];
	for (const [disk, subjects] of [
		["this disk", compared],
		["10 ms more", slow],
	] as const)
		commits.push(
			...(await withRigs(subjects, dir, signal, (rigs) =>
				compare(disk, rigs, turns, progress),
			)),
		);
	return commits;
}

async function compare(
	disk: string,
	rigs: readonly Rig[],
	{ rounds, seconds }: Pick<Options, "rounds" | "seconds">,
	progress: (text: string) => void,
): Promise<Commit[]> {
	for (const rig of rigs) await rig.run({ seconds: Math.min(1, seconds) });
	const commits: Commit[] = [];
	for (const connections of CONNECTIONS) {
		const all = rigs.map((rig) => ({ rig, turns: [] as Turn[] }));
		for (let round = 1; round <= rounds; round++)
			for (const { rig, turns } of all) {
				progress(
					`commit, ${disk}, ${connections} connections, round ${round} of ${rounds}: ${rig.subject.name}`,
				);
				turns.push(await rig.run({ seconds, concurrency: connections }));
			}
		const [own, base] = all.map(({ turns }) => turns.map((one) => one.p50Ms));
		commits.push({
			disk,
			connections,
			subjects: all.map(({ rig, turns }) => figuresOf(rig, turns)),
			p50Times: ratioOf(own ?? [], base ?? []),
		});
	}
	return commits;
}

function figuresOf(
	{ subject: { name } }: Rig,
	turns: readonly Turn[],
): CommitFigures {
	return {
		name,
		requestsPerSecond: spread(turns.map((one) => one.requestsPerSecond)),
		cpuMicros: spread(turns.map((one) => one.cpuMicros)),
		p50Ms: spread(turns.map((one) => one.p50Ms)),
	};
}

/** Compares the latency at few connections with what is wanted. */
export function commitTargets(commits: readonly Commit[]): Target[] {
	return commits
		.filter(({ connections }) => connections === FEW_CONNECTIONS)
		.map(({ disk, connections, p50Times }) =>
			atMost(
				1.15,
				`p50 at ${connections} connections, ${disk}, ${names.single} : ${names.bareCommit}`,
				p50Times,
			),
		);
}
