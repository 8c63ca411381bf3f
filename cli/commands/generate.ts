import { type Command, Option } from "commander";
import { CounterGenError, exitCode } from "../errors.ts";
import { shown } from "../files/paths.ts";
import { conflictDiagnostics } from "../generator/conflict.ts";
import { Follower } from "../generator/follower.ts";
import { requireSafeOutput } from "../generator/output-place.ts";
import { type ProjectOptions, projectPaths } from "../generator/paths.ts";
import {
	discarded,
	isClean,
	isLayoutOnly,
	type Plan,
} from "../generator/plan.ts";
import { type PlannedProject, planProject } from "../generator/project.ts";
import { filesOf, planAndApply, reportRun } from "../generator/run.ts";
import { counterGen } from "../ui/invocation.ts";
import type { Session } from "../ui/reporter.ts";
import { type Bind, command } from "./command.ts";

interface GenerateOptions extends Omit<ProjectOptions, "standalone"> {
	check?: boolean;
	dryRun?: boolean;
	watch?: boolean;
}

export function generateCommand(bind: Bind): Command {
	return command("generate", "render the Workers project", [
		"counter-gen generate",
		"counter-gen generate --check    # in CI: is the committed project current?",
		"counter-gen generate --watch",
		"counter-gen generate --discard-edits > edits.diff    # git apply -R edits.diff brings them back",
		"counter-gen generate --out worker",
	])
		.option(
			"--check",
			"write nothing; exit 1 and show a diff if anything would change",
		)
		.option("--dry-run", "write nothing; list what would change")
		.addOption(
			new Option(
				"--watch",
				"generate again whenever the configuration changes, until Ctrl-C",
			).conflicts(["check", "dryRun"]),
		)
		.addOption(
			new Option(
				"--discard-edits",
				"overwrite generated files that were edited; show a diff of what is lost",
			).conflicts(["check", "watch"]),
		)
		.option(
			"--out <dir>",
			"output folder (default: generated, beside the configuration)",
		)
		.option(
			"--env <name>",
			"this environment alone, as a project of its own (default folder: generated-<name>)",
		)
		.action(bind(generate));
}

async function generate(
	session: Session,
	options: GenerateOptions,
): Promise<number> {
	const project = { ...options, standalone: options.env !== undefined };
	if (options.watch) return watch(session, project);
	if (options.check || options.dryRun) {
		const planned = await planProject(project, session.io);
		reportRun(session, planned);
		if (options.check) return check(session, planned.plan);
		if (planned.plan.conflicts.length > 0)
			throw new CounterGenError(conflictDiagnostics(planned.plan));
		await summarise(session, planned, true);
		return exitCode.done;
	}
	await summarise(session, await planAndApply(session, project), false);
	return exitCode.done;
}

async function watch(
	session: Session,
	options: ProjectOptions,
): Promise<number> {
	const { io, report } = session;
	// No edit of the configuration mends this.
	requireSafeOutput(projectPaths(options, io.cwd), io.env);
	const follower = new Follower(session, options, async (options) => {
		const run = await planAndApply(session, options);
		await summarise(session, run, false, { event: "generated" });
		return run;
	});
	const stays = "the output stays as it was";
	await follower.attempt(stays);
	report.info(`following ${options.config}; Ctrl-C stops it`);
	await follower.follow(io.signal, stays);
	return exitCode.done;
}

async function check({ report }: Session, plan: Plan): Promise<number> {
	// Loads late: its library takes as long to load as a plan to make.
	const { driftList, unifiedDiff } = await import("../generator/diff.ts");
	const { interrupted, leftovers, target } = plan;
	const drift = driftList(plan);
	for (const file of leftovers)
		report.info(`${shown(target, file)}: left by a run that did not finish`);
	if (isClean(plan) && drift.length === 0) {
		const files = plan.unchanged + plan.changes.length;
		report.info(`${where(plan)} is up to date (${files} files)`);
		report.result("", { ok: true, drift, interrupted });
		return exitCode.done;
	}
	report.result(unifiedDiff(plan), {
		ok: false,
		diagnostics: [
			{
				code: "not-up-to-date",
				what: `${where(plan)} is not up to date`,
				fix: `run \`${counterGen("generate")}\``,
			},
		],
		drift,
		interrupted,
	});
	report.error(drift.join("\n"));
	report.error(
		interrupted
			? `a run did not finish, or is under way: \`${counterGen("generate")}\` goes on with ${where(plan)}`
			: plan.conflicts.length > 0
				? `${where(plan)} holds what counter-gen did not write, or was edited: \`${counterGen("generate")}\` tells what to do`
				: `${where(plan)} is not up to date: run \`${counterGen("generate")}\``,
	);
	return exitCode.findings;
}

/** @param more of the JSON */
async function summarise(
	{ report }: Session,
	{ plan, changes }: PlannedProject,
	dryRun: boolean,
	more: object = {},
): Promise<void> {
	const files = filesOf(plan);
	const { written, removed, unchanged } = files;
	for (const change of plan.changes)
		report.info(
			`${change.kind} ${change.path}${isLayoutOnly(change) ? " (a formatter changed its layout)" : ""}`,
		);
	const would = dryRun ? " (dry run: nothing was done)" : "";
	const summary = `${where(plan)}: ${written.length} written, ${removed.length} removed, ${unchanged} unchanged${would}`;
	const edits = discarded(plan.changes).map(({ path }) => path);
	const diff = edits.length > 0 ? await discardedDiff(plan) : undefined;
	// The diff alone on stdout, so that it can be kept.
	if (diff !== undefined) report.info(summary);
	report.result(diff ?? summary, {
		...{ ...more, ok: true, dryRun, ...files, namespaces: changes },
		...(diff !== undefined && { discarded: edits, diff }),
	});
}

/** Loads late: the library of diffs takes as long to load as a plan to make. */
async function discardedDiff(plan: Plan): Promise<string> {
	return (await import("../generator/diff.ts")).discardedDiff(plan);
}

function where({ target }: Plan): string {
	return shown(target, target.outDir);
}
