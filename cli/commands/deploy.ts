import type { Command } from "commander";
import {
	ADMIN_SECRET,
	requiredSecrets,
	TOKEN_SECRET,
} from "../config/secrets.ts";
import { refuseNeedless } from "../deploy/confirm.ts";
import { deployProject } from "../deploy/deploy.ts";
import { readSecret, type Secrets } from "../deploy/secret.ts";
import { type DeployReport, deployText } from "../deploy/summary.ts";
import { CounterGenError, exitCode } from "../errors.ts";
import { conflictDiagnostics, keptWarnings } from "../generator/conflict.ts";
import { type ProjectOptions, projectPaths } from "../generator/paths.ts";
import type { Plan } from "../generator/plan.ts";
import type { PlannedProject } from "../generator/project.ts";
import { generateFrom } from "../generator/run.ts";
import { classesOf } from "../lifecycle/history.ts";
import { lostPastRefusal } from "../lifecycle/lost-past.ts";
import type { WorkerState } from "../lifecycle/workers.ts";
import { findToolchain, type Toolchain } from "../toolchain/find.ts";
import { entryOf } from "../toolchain/missing-export.ts";
import { counterGen } from "../ui/invocation.ts";
import type { Session } from "../ui/reporter.ts";
import { shellWord } from "../ui/text.ts";
import { type Bind, type CommonOptions, command } from "./command.ts";

interface DeployOptions extends ProjectOptions {
	dryRun?: boolean;
	secretFromEnv?: string;
	tokenFromEnv?: string;
}

export function deployCommand(bind: Bind): Command {
	return command("deploy", "generate, and deploy to Cloudflare with wrangler", [
		"counter-gen deploy --secret-from-env ADMIN_TOKEN    # the first time; keep what it holds",
		"counter-gen deploy",
		"counter-gen deploy --dry-run    # generates and bundles only",
		"counter-gen deploy --confirm votes    # votes is under removed: its counts go too",
	])
		.option("--env <name>", "the environment to deploy, of counters.yaml")
		.option(
			"--out <dir>",
			"output folder (default: generated, beside the configuration)",
		)
		.option(
			"--dry-run",
			"generate and bundle, but ask and change nothing at Cloudflare",
		)
		.option(
			"--confirm <namespace>",
			"delete this namespace, and all its counts for good; repeatable",
			(name: string, all: readonly string[] = []) => [...all, name],
		)
		.option(
			"--secret-from-env <name>",
			`set ${ADMIN_SECRET} to what this environment variable holds`,
		)
		.option(
			"--token-from-env <name>",
			`set ${TOKEN_SECRET} to what this environment variable holds`,
		)
		.action(bind(deploy));
}

async function deploy(
	session: Session,
	options: DeployOptions & CommonOptions,
): Promise<number> {
	const { io, report } = session;
	const { dryRun = false, confirm = [] } = options;
	const check = (project: PlannedProject) => prepare(session, options, project);
	const project = await generateFrom(session, options, check);
	const { plan, worker } = project;
	const { outDir } = plan.target;
	const { toolchain, secrets } = check(project);
	const unconfirmed = worker.deletions.filter((key) => !confirm.includes(key));
	const deployment = await deployProject(
		{
			toolchain,
			outDir,
			env: options.env,
			dryRun,
			secrets,
			required: requiredSecrets(worker.config),
			secretCommand: (missing) =>
				commandLine({
					...options,
					...(missing.includes(ADMIN_SECRET) && {
						secretFromEnv: "ADMIN_TOKEN",
					}),
					...(missing.includes(TOKEN_SECRET) && { tokenFromEnv: "TOKEN" }),
				}),
			history: worker.histories,
			entry: entryOf(projectPaths(options, io.cwd), worker, io.cwd),
			dropped: worker.dropped,
			unconfirmed: unconfirmed.map((key) => ({
				key,
				classes: classesOf(worker.histories[key]),
			})),
			confirmCommand: (more) =>
				commandLine({ ...options, confirm: [...confirm, ...more] }),
			quiet: options.quiet === true,
		},
		io,
		report,
	);
	const changed = (removed: boolean) =>
		plan.changes
			.filter(({ kind }) => (kind === "remove") === removed)
			.map(({ path }) => path);
	const result: DeployReport = {
		ok: true,
		dryRun,
		env: options.env ?? null,
		...deployment,
		written: changed(false),
		removed: changed(true),
	};
	const settled = worker.deletions.filter(
		(key) =>
			(!dryRun && unconfirmed.includes(key)) ||
			result.tombstones.includes(worker.histories[key]?.class ?? ""),
	);
	const { created } = result.classes;
	const replaced =
		!dryRun &&
		worker.config.namespaces.some((one) => !created.includes(one.class));
	report.result(deployText(result, settled, replaced), { ...result });
	return exitCode.done;
}

/** Finds all that a deploy needs, or refuses it. */
function prepare(
	{ io }: Session,
	options: DeployOptions,
	{ plan, worker }: PlannedProject,
): { toolchain: Toolchain; secrets: Secrets } {
	const { confirm = [], secretFromEnv, tokenFromEnv } = options;
	refuseEdited(plan);
	const lost = new Set(worker.lost.map(({ key }) => key));
	refuseNeedless([...worker.deletions, ...lost], confirm, (confirm) =>
		commandLine({ ...options, confirm }),
	);
	refuseLostPasts(worker, options);
	return {
		secrets: {
			...(secretFromEnv !== undefined && {
				[ADMIN_SECRET]: readSecret(ADMIN_SECRET, secretFromEnv, io.env),
			}),
			...(tokenFromEnv !== undefined && {
				[TOKEN_SECRET]: readSecret(TOKEN_SECRET, tokenFromEnv, io.env),
			}),
		},
		toolchain: findToolchain(plan.target.outDir, worker.config.worker.runtime),
	};
}

/** Refuses a deploy that deletes a past, or limits, and is not confirmed to. */
function refuseLostPasts({ lost }: WorkerState, options: DeployOptions): void {
	const { dryRun, confirm = [] } = options;
	const open = lost.filter(({ key }) => !confirm.includes(key));
	if (dryRun || open.length === 0) return;
	const all = [...new Set([...confirm, ...open.map(({ key }) => key)])];
	const fix = commandLine({ ...options, confirm: all });
	throw new CounterGenError(open.map((one) => lostPastRefusal(one, fix)));
}

/** Deploying beside edits that nobody looks after would hide them. */
function refuseEdited(plan: Plan): void {
	const problems = [...conflictDiagnostics(plan), ...keptWarnings(plan)];
	if (problems.length > 0) throw new CounterGenError(problems);
}

/** Writes a deploy as the user would type it. */
function commandLine({
	config,
	out,
	env,
	confirm = [],
	secretFromEnv,
	tokenFromEnv,
}: DeployOptions): string {
	const words = [
		...(config === "counters.yaml" ? [] : ["--config", config]),
		...(out === undefined ? [] : ["--out", out]),
		...(env === undefined ? [] : ["--env", env]),
		...(secretFromEnv === undefined
			? []
			: ["--secret-from-env", secretFromEnv]),
		...(tokenFromEnv === undefined ? [] : ["--token-from-env", tokenFromEnv]),
		...confirm.flatMap((name) => ["--confirm", name]),
	];
	return counterGen(["deploy", ...words.map(shellWord)].join(" "));
}
