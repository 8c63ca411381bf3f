import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

/** A program to time as a whole process, from its start to its end. */
export interface Subject {
	name: string;
	/** Arguments for `node`. */
	argv: readonly string[];
	cwd: string;
	env?: NodeJS.ProcessEnv;
	/** Done before every run, not timed. */
	prepare?: () => void;
	/** Throws unless the run did what it should; not timed. */
	verify?: (stdout: string) => void;
}

/** Quartiles of one figure over all rounds. */
export interface Spread {
	low: number;
	median: number;
	high: number;
}

/** Milliseconds of every round, by subject. */
export type Times = ReadonlyMap<Subject, readonly number[]>;

/**
 * Runs every subject once a round, one after the other, so that a machine that
 * slows down slows all of them. One round before the first is not counted: it
 * fills caches.
 *
 * @throws Error if a run fails, or did not do what it should
 */
export function runRounds(subjects: readonly Subject[], rounds: number): Times {
	for (const one of subjects) time(one);
	const times = new Map<Subject, number[]>(subjects.map((one) => [one, []]));
	for (let round = 0; round < rounds; round++)
		for (const [subject, own] of times) own.push(time(subject));
	return times;
}

function time({ name, argv, cwd, env, prepare, verify }: Subject): number {
	prepare?.();
	const start = performance.now();
	const ended = spawnSync(process.execPath, argv, {
		cwd,
		env: { ...process.env, ...env },
		encoding: "utf8",
	});
	const ms = performance.now() - start;
	if (ended.status !== 0)
		throw new Error(`${name} ended with ${ended.status}:\n${ended.stderr}`);
	verify?.(ended.stdout);
	return ms;
}

export function spread(figures: readonly number[]): Spread {
	const sorted = figures.toSorted((a, b) => a - b);
	const figure = (index: number) => sorted[index] ?? Number.NaN;
	const at = (part: number) => {
		const index = (sorted.length - 1) * part;
		const [below, above] = [Math.floor(index), Math.ceil(index)];
		const between = index - below;
		return figure(below) * (1 - between) + figure(above) * between;
	};
	return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** Divides the times of one subject by those of another, round by round. */
export function ratio(times: Times, of: Subject, to: Subject): Spread {
	return ratioOf(times.get(of) ?? [], times.get(to) ?? []);
}

/** Figures as multiples of others, round by round. */
export function ratioOf(
	own: readonly number[],
	base: readonly number[],
): Spread {
	return spread(own.map((one, round) => one / (base[round] ?? Number.NaN)));
}
