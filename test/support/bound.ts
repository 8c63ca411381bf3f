import { Command } from "commander";
import type { Bind, CommonOptions } from "../../cli/commands/command.ts";
import { CounterGenError } from "../../cli/errors.ts";
import { Reporter } from "../../cli/ui/reporter.ts";
import { type Finished, finish, type Surroundings } from "./finish.ts";

/** Runs a command that was made with waits that a test can afford. */
export function runBound(
	make: (bind: Bind) => Command,
	argv: readonly string[],
	surroundings?: Partial<Surroundings>,
): Promise<Finished> {
	return finish(async (io) => {
		let status = 0;
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
		const command = make(bind);
		await new Command()
			.addCommand(command)
			.parseAsync([command.name(), ...argv], { from: "user" });
		return status;
	}, surroundings);
}
