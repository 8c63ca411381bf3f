import type { SecretName } from "../config/secrets.ts";
import { CounterGenError, type Diagnostic, exitCode } from "../errors.ts";
import { shown, wranglerConfig } from "../files/paths.ts";
import type { Io } from "../io.ts";
import type { Dropped } from "../lifecycle/dropped.ts";
import type { Histories } from "../lifecycle/history.ts";
import type { Toolchain } from "../toolchain/find.ts";
import type { Entry } from "../toolchain/missing-export.ts";
import { runWrangler, type WranglerRun } from "../toolchain/wrangler.ts";
import type { Reporter } from "../ui/reporter.ts";
import { withChangedConfig, withoutExports } from "./changed-config.ts";
import { readCheck } from "./check.ts";
import { undeclaredClasses } from "./class-failure.ts";
import {
	type ConfirmCommand,
	notConfirmed,
	type Unconfirmed,
} from "./confirm.ts";
import { deployedClasses } from "./deployed-classes.ts";
import { droppedOnCloudflare } from "./dropped.ts";
import { deployFailure, effectUnknown } from "./failure.ts";
import {
	deployWithLeftover,
	isKvLeftOver,
	type Wrangler,
} from "./leftover-kv.ts";
import { type Secrets, secretMissing } from "./secret.ts";
import { type Changes, readChanges } from "./wrangler-report.ts";

export interface DeployPlan {
	toolchain: Toolchain;
	/** Absolute path of the output folder, which has been generated. */
	outDir: string;
	env: string | undefined;
	dryRun: boolean;
	/** The secrets to set; others are kept. */
	secrets: Secrets;
	/** The secrets that the Worker must have. */
	required: readonly SecretName[];
	/** The command line that sets those which are missing. */
	secretCommand: (missing: readonly SecretName[]) => string;
	/** The Worker's own files. */
	entry: Entry;
	/** The namespaces that this Worker ever had. */
	history: Histories;
	/** Those of which the file says nothing any more. */
	dropped: readonly Dropped[];
	/** Those that may be deleted only if Cloudflare has nothing of them. */
	unconfirmed: readonly Unconfirmed[];
	confirmCommand: ConfirmCommand;
	/** Show wrangler's output only if it fails. */
	quiet: boolean;
}

/** Result of a deploy. */
export interface Deployment extends Changes {
	worker: string;
	urls: string[];
	/** Null after a dry run. */
	versionId: string | null;
}

/**
 * Deploys the generated project with wrangler. Ctrl-C ends it.
 *
 * @throws CounterGenError `namespace-dropped`, `deletion-not-confirmed`,
 * `secret-missing`, `kv-exists`, `wrangler-failed`, `deploy-interrupted`
 */
export async function deployProject(
	plan: DeployPlan,
	io: Io,
	report: Reporter,
): Promise<Deployment> {
	const { outDir, dryRun, secrets, dropped, unconfirmed } = plan;
	const generated = wranglerConfig(outDir);
	const wrangler: Wrangler = async (args, options = {}) => {
		const { config = generated, ...rest } = options;
		// Without --env, wrangler warns of environments that were not chosen.
		const all = [...args, `--env=${plan.env ?? ""}`];
		const run = await runWrangler(plan.toolchain, all, config, io, rest);
		// Work that was done before Ctrl-C arrived is reported as done.
		if (io.signal.aborted && !run.deployed)
			throw interrupted(
				args[0] === "deploy" && !dryRun
					? effectUnknown(shown(io, generated), plan.env)
					: "Nothing was changed on Cloudflare.",
			);
		return run;
	};
	const fail = (
		run: WranglerRun,
		wasShown: boolean,
		problem: Diagnostic | readonly Diagnostic[],
	) => {
		if (!wasShown) report.error(run.output.trimEnd());
		return new CounterGenError(problem, run.status || exitCode.findings);
	};

	/** Explains counts that would be out of reach, or deleted unasked. */
	const guarded = (classes: ReadonlySet<string> | undefined) => [
		...droppedOnCloudflare(dropped, classes),
		...notConfirmed(unconfirmed, classes, plan.confirmCommand),
	];
	if (!dryRun) {
		const run = await wrangler(["secret", "list", "--format=json"]);
		const before = readCheck(run, plan.required);
		if (before.access === "refused") throw fail(run, false, before.problem);
		if (before.worker !== "new" && dropped.length + unconfirmed.length > 0) {
			const problems = guarded(await deployedClasses(wrangler));
			if (problems.length > 0) throw new CounterGenError(problems);
		}
		const missing = before.missing.filter((name) => !secrets[name]);
		if (missing.length > 0)
			throw new CounterGenError(
				secretMissing({
					missing,
					command: plan.secretCommand(missing),
					config: shown(io, generated),
					env: plan.env,
					isNew: before.worker === "new",
					why: "Nothing was changed on Cloudflare.",
				}),
			);
	}

	const deploy = (config: string) =>
		wrangler(["deploy", ...(dryRun ? ["--dry-run"] : [])], {
			config,
			secrets: Object.keys(secrets).length > 0 ? secrets : undefined,
			...(!plan.quiet && { onOutput: (text: string) => report.info(text) }),
		});
	// Cloudflare refuses to leave out what it has, whatever its versions bind.
	const without = withoutExports(
		unconfirmed.flatMap(({ classes }) => classes),
		plan.env,
	);
	let run =
		(await withChangedConfig(outDir, without, deploy)) ??
		(await deploy(generated));
	if (isKvLeftOver(run)) {
		report.info(
			"looking whether an earlier deploy left that KV namespace behind",
		);
		run = await deployWithLeftover(run, wrangler, plan.env, (change) =>
			withChangedConfig(outDir, (text) => change(without(text)), deploy),
		);
	}
	// A wrangler that is killed ends with status 0 too.
	if (run.status !== 0 || !run.deployed) {
		const undeclared = undeclaredClasses(run.failure?.message ?? "");
		const problems = guarded(new Set(undeclared));
		const circumstances = { ...plan, config: shown(io, generated) };
		throw fail(
			run,
			!plan.quiet,
			problems.length > 0 ? problems : deployFailure(run, circumstances),
		);
	}
	return {
		worker: run.deployed.worker_name ?? "",
		urls: run.deployed.targets ?? [],
		versionId: run.deployed.version_id,
		...readChanges(run.stdout),
	};
}

function interrupted(why: string): CounterGenError {
	return new CounterGenError(
		{
			code: "deploy-interrupted",
			what: "The deploy was interrupted",
			why,
			fix: "Deploy again when you like: that is safe to repeat.",
		},
		exitCode.interrupted,
	);
}
