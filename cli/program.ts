import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import type { Bind, CommonOptions } from "./commands/command.ts";
import { deployCommand } from "./commands/deploy.ts";
import { devCommand } from "./commands/dev.ts";
import { generateCommand } from "./commands/generate.ts";
import { loadCommand } from "./commands/load.ts";
import { serveCommand } from "./commands/serve.ts";
import { validateCommand } from "./commands/validate.ts";
import { CounterGenError, exitCode } from "./errors.ts";
import type { Io } from "./io.ts";
import { Reporter } from "./ui/reporter.ts";

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
				if (!(error instanceof CounterGenError)) throw error;
				report.problems(error.diagnostics);
				status = error.status;
			}
		};

	const program = new Command("counter-gen")
		.version(version())
		.description("Counters on Cloudflare Workers from one YAML file")
		.showHelpAfterError("(counter-gen --help lists the commands)");
	for (const define of [
		validateCommand,
		generateCommand,
		devCommand,
		serveCommand,
		loadCommand,
		deployCommand,
	])
		program.addCommand(define(bind));
	for (const command of [program, ...program.commands])
		command.exitOverride().configureOutput({
			writeOut: (text) => io.stdout.write(text),
			writeErr: (text) => io.stderr.write(text),
		});

	try {
		await program.parseAsync(argv, { from: "user" });
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		return error.exitCode === 0 ? exitCode.done : exitCode.refused;
	}
	return status;
}

/** Of the package: next to `cli`, and next to `dist`. */
function version(): string {
	const file = new URL("../package.json", import.meta.url);
	return JSON.parse(readFileSync(file, "utf8")).version;
}
