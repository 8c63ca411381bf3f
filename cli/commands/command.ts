import { Command } from "commander";
import type { Io } from "../io.ts";
import type { Reporter } from "../ui/reporter.ts";

/** What every command accepts. */
export interface CommonOptions {
	config: string;
	json?: boolean;
	quiet?: boolean;
	color: boolean;
}

/** What a command works with: the world, and a voice. */
export interface Session {
	io: Io;
	report: Reporter;
}

/**
 * A command's work: options and arguments to an exit status. An expected
 * failure is thrown as a `CounterGenError`.
 */
export type Work<Options> = (
	session: Session,
	options: Options & CommonOptions,
	args: readonly string[],
) => Promise<number>;

/** Binds a command's work to a commander action. */
export type Bind = <Options>(
	work: Work<Options>,
) => (...params: unknown[]) => Promise<void>;

/** A command with the options that all share, and examples under `--help`. */
export function command(
	name: string,
	summary: string,
	examples: readonly string[],
): Command {
	return plainCommand(name, summary, examples).option(
		"--config <file>",
		"the configuration",
		"counters.yaml",
	);
}

/** The same for a command that reads no configuration. */
export function plainCommand(
	name: string,
	summary: string,
	examples: readonly string[],
): Command {
	return new Command(name)
		.description(summary)
		.option("--json", "print the result as JSON on stdout")
		.option("--quiet", "print results and errors only")
		.option("--no-color", "no colours (NO_COLOR works too)")
		.addHelpText(
			"after",
			`\nExamples:\n${examples.map((one) => `  $ ${one}`).join("\n")}\n`,
		);
}
