import type { LoadedConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { type Dropped, droppedOf, droppedWarning } from "./dropped.ts";
import { evolve, type NamespaceChange } from "./evolve.ts";
import { dictionary, type Histories, type Pasts } from "./history.ts";
import {
	type LostPast,
	lostPasts,
	lostPastWarning,
	withoutPasts,
} from "./lost-past.ts";
import {
	jurisdictionProblems,
	ownerProblems,
	type Past,
	pastProblems,
} from "./rules.ts";

/** One Worker of a configuration: the top level, or an environment. */
export interface WorkerState {
	/** None for the top level. */
	environment?: string;
	config: Config;
	/** Pasts of its namespaces, this run included. */
	histories: Histories;
	/** Changes that this run makes to its namespaces. */
	changes: readonly NamespaceChange[];
	/** Keys of the namespaces whose counts a deploy of it deletes. */
	deletions: readonly string[];
	/** Namespaces of which the file says nothing any more. */
	dropped: readonly Dropped[];
	/** Parts of the past that a deploy of it deletes. */
	lost: readonly LostPast[];
}

/** All Workers of a configuration. */
export interface Workers {
	top: WorkerState;
	environments: WorkerState[];
	/** Their pasts as the lock is to keep them. */
	pasts: Pasts;
	/** Warnings of what the file leaves out, each once. */
	warnings: Diagnostic[];
}

/**
 * Forgets the namespaces that came after `since` and left the file again: while
 * someone types, half of a name is a namespace for a moment. A namespace that
 * was renamed for a moment gets its own past back.
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
 * Gives each Worker of a configuration its past.
 *
 * @param since pasts that no run may forget; younger namespaces may vanish again
 * @param confirmed namespaces of a Worker whose deletions were confirmed
 * @throws CounterGenError for all that does not fit the past, at once
 */
export function workersOf(
	{ config, environments, placeOf }: LoadedConfig,
	lock: Pasts,
	since: Pasts = lock,
	confirmed: { env?: string | undefined; confirm?: readonly string[] } = {},
): Workers {
	// An environment that left the file stays: its Worker may be deployed.
	const pasts = new Map(Object.entries(lock.environments ?? {}));
	// Keyed by text: a problem that environments inherit is reported once.
	const problems = new Map<string, Diagnostic>();
	const warnings = new Map<string, Diagnostic>();
	const live = (
		past: Past,
		environment?: string,
	): Omit<WorkerState, "environment"> => {
		const { histories, config } = past;
		const evolution = evolve(histories, config.namespaces, config.removed);
		for (const one of [
			...ownerProblems(evolution.histories, past),
			...jurisdictionProblems(evolution.histories, past),
			...pastProblems(past),
		])
			problems.set(one.what, problems.get(one.what) ?? one);
		const deletions = config.removed.filter((key) => evolution.histories[key]);
		const place = past.placeOf(["namespaces"]);
		const dropped = droppedOf(evolution.histories, config, place);
		for (const one of dropped)
			warnings.set(one.key, warnings.get(one.key) ?? droppedWarning(one));
		const lost = lostPasts(evolution.histories, config, past.placeOf);
		const isConfirmed = ({ key }: LostPast) =>
			environment === confirmed.env && confirmed.confirm?.includes(key);
		for (const one of lost)
			if (!isConfirmed(one))
				warnings.set(`past ${one.key} ${one.units}`, lostPastWarning(one));
		return {
			config,
			changes: evolution.changes,
			histories: withoutPasts(evolution.histories, lost.filter(isConfirmed)),
			deletions,
			dropped,
			lost,
		};
	};

	const histories = forget(lock.namespaces, since.namespaces, config);
	const top = live({ histories, others: [...pasts.values()], config, placeOf });
	const others = [top.histories, histories, ...pasts.values()];
	const states = [...environments].map(([environment, config]): WorkerState => {
		const former = pasts.get(environment) ?? dictionary([]);
		const known = since.environments?.[environment] ?? dictionary([]);
		const state = live(
			{
				histories: forget(former, known, config),
				others,
				config,
				placeOf: (path) => placeOf(path, environment),
			},
			environment,
		);
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
		warnings: [...warnings.values()],
	};
}
