import { dirname } from "node:path";
import { type Command, Option } from "commander";
import { freePlanNote } from "../config/free-plan.ts";
import { CounterGenError, exitCode } from "../errors.ts";
import { loadProject } from "../generator/project.ts";
import { sameWorkerWarnings } from "../lifecycle/same-worker.ts";
import { vitePluginWarning } from "../toolchain/vite-plugin.ts";
import { type Format, formats } from "../ui/reporter.ts";
import { type Bind, command } from "./command.ts";

/** `counter-gen validate`: every problem of the configuration at once. */
export function validateCommand(bind: Bind): Command {
	return command("validate", "check counters.yaml and list every problem", [
		"counter-gen validate",
		"counter-gen validate --json",
		"counter-gen validate --format github    # in CI: annotates the lines",
	])
		.addOption(
			new Option(
				"--format <format>",
				"for people, programs, or GitHub Actions (default: text)",
			).choices(formats),
		)
		.action(
			bind<{ format?: Format }>(async ({ io, report }, options) => {
				const { config: file, format = "json", json } = options;
				if (json && format !== "json")
					throw new CounterGenError({
						code: "bad-usage",
						what: `--json and --format ${format} contradict each other`,
						fix: "give one of the two",
					});
				const loaded = await loadProject(options, io);
				const { config, environments } = loaded;
				const vitePlugin = vitePluginWarning(
					loaded,
					dirname(loaded.paths.config),
				);
				const warnings = [
					...loaded.workers.warnings,
					...(await loaded.warnings()),
					...(await sameWorkerWarnings(loaded, loaded.paths.config)),
					...(vitePlugin ? [vitePlugin] : []),
				];
				report.warnings(warnings);
				const { namespaces } = config;
				const found =
					warnings.length === 0
						? "no problems"
						: `no errors, ${count(warnings.length, "warning")}`;
				report.result(
					`${file}: ${count(namespaces.length, "namespace")}, ${found}`,
					{
						ok: true,
						namespaces: namespaces.map(({ key }) => key),
						environments: [...environments.keys()],
					},
				);
				const note = freePlanNote(config);
				if (note !== undefined) report.info(note);
				return exitCode.done;
			}),
		);
}

function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
