import { dirname, resolve } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { CounterGenError } from "../errors.ts";
import { apply } from "../generator/apply.ts";
import {
	type PlannedProject,
	type ProjectOptions,
	planProject,
} from "../generator/project.ts";
import { shown } from "../generator/target.ts";
import type { Session } from "./command.ts";

/** Generates, says what changed, and answers all about it. */
export async function generateFrom(
	session: Session,
	options: ProjectOptions,
): Promise<PlannedProject> {
	const project = await planProject(options, session.io);
	await carryOut(session, project);
	return project;
}

/** Carries out a plan and says what changed. */
export async function carryOut(
	session: Session,
	project: PlannedProject,
): Promise<void> {
	const { io, report } = session;
	const { plan } = project;
	await apply(plan);
	tell(session, project);
	const folder = shown(io, plan.target.outDir);
	report.info(
		plan.changes.length > 0
			? `wrote ${folder}: ${some(plan.changes.map(({ path }) => path))}`
			: `${folder} is up to date`,
	);
}

/** Says what a person should know of a run besides its files. */
export function tell(
	{ report }: Session,
	{ warnings, changes }: PlannedProject,
): void {
	report.warnings(warnings);
	for (const { text } of changes) report.info(text);
}

/** The first few of many names. */
function some(names: readonly string[]): string {
	const shown = names.slice(0, 5).join(", ");
	return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/**
 * Generates again whenever the configuration is saved. A broken one is
 * reported, and what was generated before stays.
 */
export async function watchAndGenerate(
	session: Session,
	options: ProjectOptions,
): Promise<FSWatcher> {
	const { io, report } = session;
	// One at a time, in order; the last save is never missed.
	let work = Promise.resolve();
	const again = () => {
		work = work.then(async () => {
			try {
				await generateFrom(session, options);
				report.event({ event: "generated" });
			} catch (error) {
				if (!(error instanceof CounterGenError)) throw error;
				report.problems(error.diagnostics);
				report.info("the last good version keeps running");
			}
		});
	};
	const file = resolve(io.cwd, options.config);
	// The folder, not the file: a watch on a file is lost when it is replaced.
	const watcher = watch(dirname(file), {
		depth: 0,
		ignored: (path) => path !== file && path !== dirname(file),
		ignoreInitial: true,
		// Editors write in pieces, or remove the file for a moment.
		awaitWriteFinish: { stabilityThreshold: 50, pollInterval: 10 },
	});
	watcher.on("add", again).on("change", again).on("unlink", again);
	await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
	return watcher;
}
