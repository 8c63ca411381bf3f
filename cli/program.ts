import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import type { Bind, CommonOptions } from "./commands/command.ts";
import { CounterGenError, exitCode } from "./errors.ts";
import { packageManagerOf } from "./init/package-manager.ts";
import type { Io } from "./io.ts";
import { packageRoot } from "./root.ts";
import { counterGen, usePackageManager } from "./ui/invocation.ts";
import { Reporter } from "./ui/reporter.ts";

/** Commands in the order of `--help`. A start loads only the one it needs. */
const commands: Readonly<
	Record<string, () => Promise<(bind: Bind) => Command>>
> = {
	init: async () => (await import("./commands/init.ts")).initCommand,
	validate: async () =>
		(await import("./commands/validate.ts")).validateCommand,
	generate: async () =>
		(await import("./commands/generate.ts")).generateCommand,
	dev: async () => (await import("./commands/dev.ts")).devCommand,
	serve: async () => (await import("./commands/serve.ts")).serveCommand,
	deploy: async () => (await import("./commands/deploy.ts")).deployCommand,
	load: async () => (await import("./commands/load.ts")).loadCommand,
	plan: async () => (await import("./commands/plan.ts")).planCommand,
	export: async () => (await import("./commands/export.ts")).exportCommand,
	import: async () => (await import("./commands/import.ts")).importCommand,
	status: async () => (await import("./commands/status.ts")).statusCommand,
	history: async () => (await import("./commands/history.ts")).historyCommand,
	top: async () => (await import("./commands/top.ts")).topCommand,
	completion: async () =>
		(await import("./commands/completion.ts")).completionCommand,
};

/**
 * Runs one command line and returns its exit status. Writes to the streams of
 * `io` only, and never ends the process.
 *
 * @param argv the words after `counter-gen`
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
	let status: number = exitCode.done;

	const bind: Bind =
		<Options>(work: Parameters<typeof bind<Options>>[0]) =>
		async (...params) => {
			const command = params.at(-1) as Command;
			const options = command.opts<Options & CommonOptions>();
			const report = new Reporter(io, options);
			try {
				status = await work({ io, report }, options, command.args);
			} catch (error) {
				const failure = asFailure(error, io);
				report.problems(failure.diagnostics);
				status = failure.status;
			}
		};

	usePackageManager(await packageManagerOf(io.cwd, io));
	const json = asksForJson(argv);
	const program = new Command("counter-gen")
		.version(version())
		.description("Counters on Cloudflare Workers from one YAML file")
		.showHelpAfterError(`(${counterGen("--help")} lists the commands)`);
	const [first = ""] = argv;
	// All of them, unless one is named: to be listed, or suggested.
	const named = Object.hasOwn(commands, first) ? commands[first] : undefined;
	const isShell = first === "complete";
	// For shells, the library brings a `completion` of its own.
	for (const [name, load] of Object.entries(commands))
		if (named ? load === named : !isShell || name !== "completion")
			program.addCommand((await load())(bind));
	for (const command of [program, ...program.commands])
		command.exitOverride().configureOutput({
			writeOut: (text) => io.stdout.write(text),
			writeErr: (text) => json || io.stderr.write(text),
		});
	if (isShell)
		await (await import("./commands/completion.ts")).addComplete(program);

	try {
		await program.parseAsync(argv, { from: "user" });
	} catch (error) {
		if (!(error instanceof CommanderError)) return fail(error, argv, io);
		if (error.exitCode === 0) return exitCode.done;
		// As text, commander has written it itself.
		return json ? fail(usageFailure(error), argv, io) : exitCode.refused;
	}
	return status;
}

/** Reports a failure outside of any command; returns the exit status. */
export function fail(error: unknown, argv: readonly string[], io: Io): number {
	const { diagnostics, status } = asFailure(error, io);
	new Reporter(io, { json: asksForJson(argv) }).problems(diagnostics);
	return status;
}

function version(): string {
	const file = join(packageRoot, "package.json");
	return JSON.parse(readFileSync(file, "utf8")).version;
}

/**
 * Makes a failure to report of anything thrown. An unexpected error is a bug:
 * its stack helps to mend it, and is shown only where `DEBUG` is set.
 */
function asFailure(error: unknown, { env }: Pick<Io, "env">): CounterGenError {
	if (error instanceof CounterGenError) return error;
	const message = error instanceof Error ? error.message : inspect(error);
	return new CounterGenError(
		{
			code: "internal-error",
			what: `counter-gen failed: ${message}`,
			why: env.DEBUG
				? inspect(error)
				: "This is a bug in counter-gen, not in what you wrote.",
			fix: env.DEBUG
				? "Report it, with this output and your counters.yaml."
				: "Report it, with what this command prints when DEBUG=1 is set, and your counters.yaml.",
		},
		exitCode.bug,
	);
}

/** Makes a failure to report of a command line that commander refuses. */
function usageFailure({ message }: CommanderError): CounterGenError {
	const [what = "", hint] = message.replace(/^error: /, "").split("\n");
	return new CounterGenError({
		code: "bad-usage",
		what,
		fix:
			hint?.replace(/^\((.*)\)$/, "$1") ??
			`${counterGen("--help")} lists the commands, and --help after one its options`,
	});
}

/** Tells if a command line asks for JSON, however wrong the rest of it is. */
function asksForJson(argv: readonly string[]): boolean {
	// Words after -- are for another program.
	const [own = ""] = argv.join("\n").split(/^--$/m, 1);
	return /^(--json|--format[=\n]json)$/m.test(own);
}
