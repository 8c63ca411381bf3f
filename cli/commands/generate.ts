import type { Command } from "commander";
import { CounterGenError, exitCode } from "../errors.ts";
import { apply } from "../generator/apply.ts";
import { conflictDiagnostics } from "../generator/conflict.ts";
import { driftList, unifiedDiff } from "../generator/diff.ts";
import { isClean, type Plan } from "../generator/plan.ts";
import { type ProjectOptions, planProject } from "../generator/project.ts";
import { shown } from "../generator/target.ts";
import { type Bind, command, type Session } from "./command.ts";

interface GenerateOptions extends ProjectOptions {
	check?: boolean;
	dryRun?: boolean;
}

export function generateCommand(bind: Bind): Command {
	return command("generate", "render the Workers project", [
		"counter-gen generate",
		"counter-gen generate --check    # in CI: is the committed project current?",
		"counter-gen generate --out worker",
	])
		.option(
			"--check",
			"write nothing; exit 1 and show a diff if anything would change",
		)
		.option("--dry-run", "write nothing; list what would change")
		.option(
			"--out <dir>",
			"output folder (default: generated, beside the configuration)",
		)
		.action(bind(generate));
}

async function generate(
	session: Session,
	options: GenerateOptions,
): Promise<number> {
	const { plan, warnings } = await planProject(options, session.io);
	session.report.warnings(warnings);
	if (options.check) return check(session, plan);
	if (plan.conflicts.length > 0)
		throw new CounterGenError(conflictDiagnostics(plan));
	if (!options.dryRun) await apply(plan);
	summarise(session, plan, options.dryRun === true);
	return exitCode.done;
}

function check({ report }: Session, plan: Plan): number {
	const drift = driftList(plan);
	if (isClean(plan) && drift.length === 0) {
		report.info(`${where(plan)} is up to date (${plan.unchanged} files)`);
		report.result("", { ok: true, drift });
		return exitCode.done;
	}
	report.result(unifiedDiff(plan), {
		ok: false,
		diagnostics: [
			{
				code: "not-up-to-date",
				what: `${where(plan)} is not up to date`,
				fix: "run counter-gen generate",
			},
		],
		drift,
	});
	report.error(drift.join("\n"));
	report.error(`${where(plan)} is not up to date: run counter-gen generate`);
	return exitCode.findings;
}

function summarise({ report }: Session, plan: Plan, dryRun: boolean): void {
	const written = plan.changes.filter(({ kind }) => kind !== "remove");
	const removed = plan.changes.filter(({ kind }) => kind === "remove");
	for (const { kind, path } of plan.changes) report.info(`${kind} ${path}`);
	const would = dryRun ? " (dry run: nothing was done)" : "";
	report.result(
		`${where(plan)}: ${written.length} written, ${removed.length} removed, ${plan.unchanged} unchanged${would}`,
		{
			ok: true,
			dryRun,
			written: written.map(({ path }) => path),
			removed: removed.map(({ path }) => path),
			unchanged: plan.unchanged,
		},
	);
}

function where({ target }: Plan): string {
	return shown(target, target.outDir);
}
