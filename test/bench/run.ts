import { chosen } from "./chosen.ts";
import { type ClientFigures, measureClient } from "./client.ts";
import { type Commit, commitTargets, measureCommit } from "./commit.ts";
import { type Cost, costTargets, measureCost } from "./cost.ts";
import { type Growth, measureGrowth, namesTarget } from "./growth.ts";
import { type Latency, measureLatency } from "./latency.ts";
import { type Limit, limitTarget, measureLimit } from "./limit.ts";
import { type Live, measureLive } from "./live.ts";
import { type Machine, thisMachine } from "./machine.ts";
import type { Options } from "./options.ts";
import { measureOverload, type Overload } from "./overload.ts";
import { measurePlan, type Proof } from "./plan.ts";
import { withRigs } from "./rig.ts";
import { measureSmallest, type Smallest, smallestTarget } from "./smallest.ts";
import { buildSubjects } from "./subjects.ts";
import type { Target } from "./targets.ts";
import { measure, type Throughput, targetsOf } from "./throughput.ts";

/** All figures of a run. */
export interface Results {
	machine: Machine;
	throughput: Throughput[];
	latency?: Latency;
	commit: Commit[];
	cost: Cost[];
	client: ClientFigures[];
	growth?: Growth;
	live: Live[];
	limit?: Limit;
	plan: Proof[];
	overload: Overload[];
	smallest?: Smallest;
	targets: Target[];
}

/**
 * @param dir a folder for everything it makes
 * @param progress is told what goes on
 * @throws UsageError if the options leave a part nothing to measure
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
	const all = await buildSubjects(dir, signal);
	const subjects = chosen(all, options);
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
	const commit = only.has("commit")
		? await measureCommit(all, options, dir, signal, progress)
		: [];
	const cost = only.has("cost")
		? await measureCost(subjects, dir, options.seconds, signal, progress)
		: [];
	const client = only.has("client")
		? await measureClient(options, dir, signal, progress)
		: [];
	const growth = only.has("growth")
		? await measureGrowth(options, dir, signal, progress)
		: undefined;
	const live = only.has("live")
		? await measureLive(options, dir, signal, progress)
		: [];
	const limit = only.has("limit")
		? await measureLimit(options, dir, signal, progress)
		: undefined;
	const plan = only.has("plan")
		? await measurePlan(options, dir, signal, progress)
		: [];
	const overload = only.has("plan")
		? await measureOverload(options, dir, signal, progress)
		: [];
	const smallest = only.has("bundle")
		? await measureSmallest(dir, signal)
		: undefined;
	const targets = [
		...targetsOf(throughput),
		...(latency ? [latency.target] : []),
		...commitTargets(commit),
		...costTargets(cost),
		...(growth ? namesTarget(growth) : []),
		...(limit ? [limitTarget(limit)] : []),
		...(smallest ? [smallestTarget(smallest)] : []),
	];
	return {
		machine,
		throughput,
		...(latency && { latency }),
		commit,
		cost,
		client,
		...(growth && { growth }),
		live,
		...(limit && { limit }),
		plan,
		overload,
		...(smallest && { smallest }),
		targets,
	};
}
