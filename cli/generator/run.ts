import { shown } from "../files/paths.ts";
import { withLock } from "../files/process-lock.ts";
import type { Session } from "../ui/reporter.ts";
import { apply } from "./apply.ts";
import { type ProjectOptions, projectPaths } from "./paths.ts";
import type { Plan } from "./plan.ts";
import { type PlannedProject, planProject } from "./project.ts";

/** Looks at a plan before it is carried out. */
type Accept = (project: PlannedProject) => unknown;

/**
 * Plans, writes, and reports. Of several runs on one project each waits for the
 * others, and so starts from their result.
 *
 * @param accept throws to refuse the plan for other reasons
 */
export async function planAndApply(
	session: Session,
	options: ProjectOptions,
	accept: Accept = () => {},
): Promise<PlannedProject> {
	const { io, report } = session;
	const { lock } = projectPaths(options, io.cwd);
	const onWait = () => report.info("waiting for another counter-gen");
	return withLock(lock, io.signal, onWait, async () => {
		const project = await planProject(options, io);
		await accept(project);
		await apply(project.plan);
		reportRun(session, project);
		return project;
	});
}

/** Does the same, and reports which files changed. */
export async function generateFrom(
	session: Session,
	options: ProjectOptions,
	accept?: Accept,
): Promise<PlannedProject> {
	const { io, report } = session;
	const project = await planAndApply(session, options, accept);
	const { plan } = project;
	const folder = shown(io, plan.target.outDir);
	report.info(
		plan.changes.length > 0
			? `wrote ${folder}: ${some(plan.changes.map(({ path }) => path))}`
			: `${folder} is up to date`,
	);
	return project;
}

/** Reports warnings, and changes of namespaces. */
export function reportRun(
	{ report }: Session,
	{ warnings, changes }: PlannedProject,
): void {
	report.warnings(warnings);
	for (const { text } of changes) report.info(text);
}

/** Lists the files of a run as `--json` prints them. */
export function filesOf({ changes, unchanged }: Plan): {
	written: string[];
	removed: string[];
	unchanged: number;
} {
	const removed = changes.filter(({ kind }) => kind === "remove");
	const written = changes.filter(({ kind }) => kind !== "remove");
	return {
		written: written.map(({ path }) => path),
		removed: removed.map(({ path }) => path),
		unchanged,
	};
}

/** Joins the first few of many names. */
function some(names: readonly string[]): string {
	const shown = names.slice(0, 5).join(", ");
	return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
