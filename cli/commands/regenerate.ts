import type { Config } from "../config/schema.ts";
import { alone } from "../generator/alone.ts";
import { apply } from "../generator/apply.ts";
import type { Plan } from "../generator/plan.ts";
import {
	type ProjectOptions,
	planProject,
	projectPaths,
} from "../generator/project.ts";
import { shown } from "../generator/target.ts";
import type { Session } from "./command.ts";

/**
 * Plans, warns and writes. Of several runs on one project each waits for the
 * others, and so goes by what they left.
 */
export async function planAndApply(
	{ io, report }: Session,
	options: ProjectOptions,
): Promise<{ config: Config; plan: Plan }> {
	const { lock } = projectPaths(options, io.cwd);
	const waiting = () => report.info("waiting for another counter-gen");
	return alone(lock, io.signal, waiting, async () => {
		const { config, plan, warnings } = await planProject(options, io);
		report.warnings(warnings);
		await apply(plan);
		return { config, plan };
	});
}

/** Generates, says what changed, and answers the configuration. */
export async function generateFrom(
	session: Session,
	options: ProjectOptions,
): Promise<Config> {
	const { config, plan } = await planAndApply(session, options);
	sayWhatChanged(session, plan);
	return config;
}

export function sayWhatChanged({ io, report }: Session, plan: Plan): void {
	const folder = shown(io, plan.target.outDir);
	report.info(
		plan.changes.length > 0
			? `wrote ${folder}: ${some(plan.changes.map(({ path }) => path))}`
			: `${folder} is up to date`,
	);
}

/** What a run did, or would do, as `--json` prints it. */
export function changesOf({ changes, unchanged }: Plan): {
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

/** The first few of many names. */
function some(names: readonly string[]): string {
	const shown = names.slice(0, 5).join(", ");
	return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
