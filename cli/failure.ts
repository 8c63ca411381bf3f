import { inspect } from "node:util";
import type { CommanderError } from "commander";
import { CounterGenError, exitCode } from "./errors.ts";
import type { Io } from "./io.ts";

/**
 * Whatever was thrown, as a failure to tell of. What nobody expected is a bug:
 * its stack helps whoever mends it, and is shown only where `DEBUG` is set.
 */
export function asFailure(
	error: unknown,
	{ env }: Pick<Io, "env">,
): CounterGenError {
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

/** A command line that commander does not take, as a failure to tell of. */
export function usageFailure({ message }: CommanderError): CounterGenError {
	const [what = "", hint] = message.replace(/^error: /, "").split("\n");
	return new CounterGenError({
		code: "bad-usage",
		what,
		fix:
			hint?.replace(/^\((.*)\)$/, "$1") ??
			"counter-gen --help lists the commands, and --help after one its options",
	});
}

/** Whether a command line asks for JSON, however wrong the rest of it is. */
export function asksForJson(argv: readonly string[]): boolean {
	// What follows -- is for another program.
	const [own = ""] = argv.join("\n").split(/^--$/m, 1);
	return /^(--json|--format[=\n]json)$/m.test(own);
}
