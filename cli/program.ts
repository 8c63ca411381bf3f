import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import type { Bind, CommonOptions } from "./commands/command.ts";
import { exitCode } from "./errors.ts";
import { asFailure, asksForJson, usageFailure } from "./failure.ts";
import type { Io } from "./io.ts";
import { packageRoot } from "./root.ts";
import { Reporter } from "./ui/reporter.ts";

/** In the order of `--help`. A start loads only what its command needs. */
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
	export: async () => (await import("./commands/export.ts")).exportCommand,
	import: async () => (await import("./commands/import.ts")).importCommand,
	status: async () => (await import("./commands/status.ts")).statusCommand,
	completion: async () =>
		(await import("./commands/completion.ts")).completionCommand,
};

/**
 * Runs one command line and answers its exit status. Writes to the streams of
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

	const json = asksForJson(argv);
	const program = new Command("counter-gen")
		.version(version())
		.description("Counters on Cloudflare Workers from one YAML file")
		.showHelpAfterError("(counter-gen --help lists the commands)");
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
		// As text, commander has said it itself.
		return json ? fail(usageFailure(error), argv, io) : exitCode.refused;
	}
	return status;
}

/** Tells of what went wrong around a command, and answers the exit status. */
export function fail(error: unknown, argv: readonly string[], io: Io): number {
	const { diagnostics, status } = asFailure(error, io);
	new Reporter(io, { json: asksForJson(argv) }).problems(diagnostics);
	return status;
}

/** Of the package. */
function version(): string {
	const file = join(packageRoot, "package.json");
	return JSON.parse(readFileSync(file, "utf8")).version;
}
