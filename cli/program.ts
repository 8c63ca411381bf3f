import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import type { Bind, CommonOptions } from "./commands/command.ts";
import { devCommand } from "./commands/dev.ts";
import { generateCommand } from "./commands/generate.ts";
import { loadCommand } from "./commands/load.ts";
import { serveCommand } from "./commands/serve.ts";
import { validateCommand } from "./commands/validate.ts";
import { exitCode } from "./errors.ts";
import { asFailure, asksForJson, usageFailure } from "./failure.ts";
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
	for (const define of [
		validateCommand,
		generateCommand,
		devCommand,
		serveCommand,
		loadCommand,
	])
		program.addCommand(define(bind));
	for (const command of [program, ...program.commands])
		command.exitOverride().configureOutput({
			writeOut: (text) => io.stdout.write(text),
			writeErr: (text) => json || io.stderr.write(text),
		});

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

/** Of the package: next to `cli`, and next to `dist`. */
function version(): string {
	const file = new URL("../package.json", import.meta.url);
	return JSON.parse(readFileSync(file, "utf8")).version;
}
