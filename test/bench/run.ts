import { type Cost, measureCost, rowsTarget } from "./cost.ts";
import { type Growth, measureGrowth, namesTarget } from "./growth.ts";
import { type Latency, measureLatency } from "./latency.ts";
import { type Live, measureLive } from "./live.ts";
import { type Machine, thisMachine } from "./machine.ts";
import type { Options } from "./options.ts";
import { withRigs } from "./rig.ts";
import { buildSubjects } from "./subjects.ts";
import {
	measure,
	type Target,
	type Throughput,
	targetsOf,
} from "./throughput.ts";

/** All figures of a run. */
export interface Results {
	machine: Machine;
	throughput: Throughput[];
	latency?: Latency;
	cost: Cost[];
	growth?: Growth;
	live: Live[];
	targets: Target[];
}

/**
 * @param dir a folder for everything it makes
 * @param progress is told what goes on
 */
export async function runBench(
	options: Options,
	dir: string,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Results> {
	const { only } = options;
	progress("building");
	const machine = thisMachine(options);
	const built = await buildSubjects(dir, only, signal);
	const subjects = built.filter(({ name }) => options.match.test(name));
	progress("starting");
	const { throughput, latency } = await withRigs(
		subjects,
		dir,
		signal,
		async (rigs) => {
			const throughput = await measure(rigs, options, progress);
			if (!only.has("latency")) return { throughput };
			const latency = await measureLatency(rigs, throughput, options, progress);
			return { throughput, latency };
		},
	);
	const cost = only.has("cost")
		? await measureCost(subjects, dir, options.seconds, signal, progress)
		: [];
	const growth = only.has("growth")
		? await measureGrowth(options, dir, signal, progress)
		: undefined;
	const live = only.has("live")
		? await measureLive(options, dir, signal, progress)
		: [];
	const targets = [
		...targetsOf(throughput),
		...(latency ? [latency.target] : []),
		...rowsTarget(cost),
		...(growth ? namesTarget(growth) : []),
	];
	return {
		machine,
		throughput,
		...(latency && { latency }),
		cost,
		...(growth && { growth }),
		live,
		targets,
	};
}
