import { Command } from "commander";
import { counterGen } from "../ui/invocation.ts";
import type { Session } from "../ui/reporter.ts";

/** Options of every command. */
export interface CommonOptions {
	config: string;
	json?: boolean;
	quiet?: boolean;
	color: boolean;
}

/**
 * Work of a command: turns options and arguments into an exit status. Throws an
 * expected failure as a `CounterGenError`.
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

/** Makes a command with the options that all share, and examples under `--help`. */
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

/** Makes one that reads no configuration. */
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
			() => `\nExamples:\n${examples.map(asPasted).join("\n")}\n`,
		);
}

function asPasted(example: string): string {
	return `  $ ${example.replace(/^counter-gen (.*)/, (_, words) => counterGen(words))}`;
}
