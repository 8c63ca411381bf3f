import { dirname } from "node:path";
import { openAdmin } from "../config/lint.ts";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { pathFrom, shown, wranglerConfig } from "../files/paths.ts";
import type { Io } from "../io.ts";
import { changesOf, type WorkerChange } from "../lifecycle/changes.ts";
import type { Pasts } from "../lifecycle/history.ts";
import { legacyWarnings } from "../lifecycle/migrations.ts";
import {
	type WorkerState,
	type Workers,
	workersOf,
} from "../lifecycle/workers.ts";
import { keptWarnings } from "./conflict.ts";
import { type Lock, readLock } from "./lock.ts";
import { toModel } from "./model.ts";
import { requireSafeOutput } from "./output-place.ts";
import {
	type ProjectOptions,
	type ProjectPaths,
	projectPaths,
} from "./paths.ts";
import { type Plan, plan } from "./plan.ts";
import { render } from "./render.ts";
import { readTemplates } from "./templates.ts";

/** A checked configuration with its past. */
export interface LoadedProject extends LoadedConfig {
	paths: ProjectPaths;
	lock: Lock;
	workers: Workers;
}

/**
 * Reads and checks a configuration and the lock beside it.
 *
 * @throws CounterGenError for a bad configuration or lock, and for a
 * configuration that does not fit the past
 */
export async function loadProject(
	options: ProjectOptions,
	io: Pick<Io, "cwd" | "env">,
): Promise<LoadedProject> {
	const paths = projectPaths(options, io.cwd);
	const loaded = await loadConfig(options.config, io);
	const lock = await readLock(paths.lock, io.cwd);
	const workers = workersOf(loaded, lock, options.since, options);
	return { ...loaded, paths, lock, workers };
}

/** A planned run, with all that it was found out from. */
export interface PlannedProject {
	plan: Plan;
	/** The Worker that was asked for: that of `env`, or the top level. */
	worker: WorkerState;
	/** Changes to the namespaces of the Workers that it renders. */
	changes: readonly WorkerChange[];
	warnings: Diagnostic[];
	/** The past as the run found it. */
	before: Pasts;
}

/**
 * Renders the project of a configuration in memory and compares it with the
 * disk. Writes nothing; `apply` carries the plan out.
 *
 * @throws CounterGenError as `loadProject`, and for a bad output folder
 */
export async function planProject(
	options: ProjectOptions,
	io: Pick<Io, "cwd" | "env">,
): Promise<PlannedProject> {
	requireSafeOutput(projectPaths(options, io.cwd), io.env);
	const { paths, lock, workers, placeOf } = await loadProject(options, io);
	const { top, environments, pasts } = workers;
	const worker = select([top, ...environments], options.env);
	const home = pathFrom(paths.out, dirname(paths.config));
	const model = options.standalone
		? toModel(paths.config, home, alone(worker, top))
		: toModel(paths.config, home, top, environments);
	const target = {
		outDir: paths.out,
		outNamed: options.out !== undefined,
		lockFile: paths.lock,
		cwd: io.cwd,
	};
	const planned = await plan({
		target,
		rendered: render(model, readTemplates()),
		lock,
		pasts,
		discardEdits: options.discardEdits,
	});
	return {
		plan: planned,
		worker,
		before: lock,
		changes: changesOf(
			[top, ...environments],
			shown(io, wranglerConfig(paths.out)),
		),
		warnings: [
			...workers.warnings,
			...keptWarnings(planned),
			// validate alone reports other doubtful settings, not every run.
			...worker.config.namespaces.flatMap((one) => [
				...openAdmin(one, (path) => placeOf(path, options.env)),
			]),
			...(await legacyWarnings(worker.config, target)),
		],
	};
}

/** Gives a Worker the keys of wrangler that only the top level can have, too. */
function alone(worker: WorkerState, top: WorkerState): WorkerState {
	const wrangler = { ...top.config.wrangler, ...worker.config.wrangler };
	return { ...worker, config: { ...worker.config, wrangler } };
}

function select(
	workers: readonly WorkerState[],
	env: string | undefined,
): WorkerState {
	const found = workers.find(({ environment }) => environment === env);
	if (found) return found;
	const known = workers.flatMap(({ environment }) => environment ?? []);
	throw new CounterGenError({
		code: "unknown-environment",
		what: `There is no environment ${env}.`,
		fix:
			known.length > 0
				? `Those of the configuration are: ${known.join(", ")}.`
				: "The configuration has none: add it under `environments`.",
	});
}
