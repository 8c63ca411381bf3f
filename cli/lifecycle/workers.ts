import type { LoadedConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { dictionary, type Histories, type Lock } from "../generator/lock.ts";
import { evolve, type NamespaceChange } from "./history.ts";
import { ownerProblems } from "./owners.ts";
import { type Past, pastProblems } from "./rules.ts";

/** One Worker of a configuration: the top level, or an environment. */
export interface WorkerState {
	/** None for the top level. */
	environment?: string;
	config: Config;
	/** What its namespaces have been, this run included. */
	histories: Histories;
	/** What this run does to its namespaces. */
	changes: readonly NamespaceChange[];
	/** Keys of the namespaces whose counts a deploy of it deletes. */
	deletions: readonly string[];
}

/** What the lock says of namespaces. */
export type Pasts = Pick<Lock, "namespaces" | "environments">;

/** All Workers of a configuration. */
export interface Workers {
	top: WorkerState;
	environments: WorkerState[];
	/** Their pasts as the lock is to keep them. */
	pasts: Pasts;
}

/**
 * A past without the namespaces that came after `since` and left the file
 * again: while someone types, half of a name is a namespace for a moment. What
 * was renamed for a moment has its own past back.
 */
function forget(
	histories: Histories,
	since: Histories,
	{ namespaces, removed }: Config,
): Histories {
	const named = new Set([
		...removed,
		...namespaces.flatMap(({ key, renamedFrom }) => [key, renamedFrom]),
	]);
	const kept = Object.entries(histories).filter(
		([key]) => named.has(key) || since[key] !== undefined,
	);
	const renamed = new Set(kept.flatMap(([, one]) => one.earlierKeys ?? []));
	const back = Object.entries(since).filter(
		([key]) => !histories[key] && !renamed.has(key),
	);
	return dictionary([...back, ...kept]);
}

/**
 * The Workers of a configuration, each with its past.
 *
 * @param since what no run may forget; younger namespaces may vanish again
 * @throws CounterGenError for what does not fit the past, all of it at once
 */
export function workersOf(
	{ config, environments, placeOf }: LoadedConfig,
	lock: Pasts,
	since: Pasts = lock,
): Workers {
	// An environment that left the file stays: its Worker may be deployed.
	const pasts = new Map(Object.entries(lock.environments ?? {}));
	// By what they say: what environments inherit is told once.
	const problems = new Map<string, Diagnostic>();
	const live = (past: Past): Omit<WorkerState, "environment"> => {
		const { histories, config } = past;
		const evolution = evolve(histories, config.namespaces, config.removed);
		for (const one of [
			...ownerProblems(evolution.histories, past),
			...pastProblems(past),
		])
			problems.set(one.what, problems.get(one.what) ?? one);
		const deletions = config.removed.filter((key) => evolution.histories[key]);
		return { config, ...evolution, deletions };
	};

	const histories = forget(lock.namespaces, since.namespaces, config);
	const top = live({ histories, others: [...pasts.values()], config, placeOf });
	const others = [top.histories, histories, ...pasts.values()];
	const states = [...environments].map(([environment, config]): WorkerState => {
		const former = pasts.get(environment) ?? dictionary([]);
		const known = since.environments?.[environment] ?? dictionary([]);
		const state = live({
			histories: forget(former, known, config),
			others,
			config,
			placeOf: (path) => placeOf(path, environment),
		});
		pasts.set(environment, state.histories);
		return { environment, ...state };
	});
	if (problems.size > 0) throw new CounterGenError([...problems.values()]);
	return {
		top,
		environments: states,
		pasts: {
			namespaces: top.histories,
			...(pasts.size > 0 && { environments: dictionary(pasts) }),
		},
	};
}
