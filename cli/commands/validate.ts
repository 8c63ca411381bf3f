import type { Command } from "commander";
import { loadConfig } from "../config/load.ts";
import { exitCode } from "../errors.ts";
import { type Bind, command } from "./command.ts";

/** `counter-gen validate`: every problem of the configuration at once. */
export function validateCommand(bind: Bind): Command {
	return command("validate", "check counters.yaml and list every problem", [
		"counter-gen validate",
		"counter-gen validate --config staging.yaml",
		"counter-gen validate --json",
	]).action(
		bind(async ({ io, report }, { config: file }) => {
			const { config, warnings } = await loadConfig(file, io);
			report.warnings(warnings);
			const { namespaces } = config;
			const count =
				namespaces.length === 1
					? "1 namespace"
					: `${namespaces.length} namespaces`;
			report.result(`${file}: ${count}, no problems`, {
				ok: true,
				namespaces: namespaces.map(({ key }) => key),
			});
			return exitCode.done;
		}),
	);
}
