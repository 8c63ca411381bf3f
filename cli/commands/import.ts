import { type Command, Option } from "commander";
import { NamespaceClient } from "../client/client.ts";
import { parseTarget } from "../client/target.ts";
import { findAdminToken } from "../client/token.ts";
import { exitCode, interrupted } from "../errors.ts";
import { projectPaths } from "../generator/paths.ts";
import { importCounters, type Mode } from "../transfer/import.ts";
import { readSource } from "../transfer/source.ts";
import { importedAnswer, importedText } from "../transfer/summary.ts";
import { countedMeanwhile } from "../transfer/verify.ts";
import { type Bind, command } from "./command.ts";

interface ImportFlags {
	mode: Mode;
}

/** For one request. */
const TIMEOUT_MS = 60_000;

/** `counter-gen import` */
export function importCommand(bind: Bind): Command {
	return command("import", "bring counts to a namespace, and verify", [
		"counter-gen import http://localhost:8787 counters.ndjson",
		"counter-gen import http://localhost:8787 --mode replace < backup.ndjson",
		"counter-gen import http://localhost:8787 counters.ndjson --json",
	])
		.argument("<url>", "base of one namespace: the Worker's address and mount")
		.argument("[file]", "a counter a line, as export writes it; else stdin")
		.addOption(
			new Option(
				"--mode <mode>",
				"add the values to the totals, or make the totals the values",
			)
				.choices(["add", "replace"])
				.default("add"),
		)
		.action(
			bind<ImportFlags>(async ({ io, report }, options, [url = "", file]) => {
				const { mode } = options;
				const { signal } = io;
				const target = parseTarget(url);
				const { out } = projectPaths(options, io.cwd);
				const token = await findAdminToken(target, out, io.env);
				const counters = await readSource(file, io).catch((error) => {
					throw signal.aborted ? interrupted("nothing was sent") : error;
				});
				const client = new NamespaceClient(target, token, signal, TIMEOUT_MS);
				try {
					const imported = await importCounters(
						client,
						counters,
						mode,
						(text) => report.progress(text),
					);
					const { higher, wrong } = imported;
					if (higher.length > 0) report.warnings([countedMeanwhile(higher)]);
					const run = { url: target.url, mode, counters, imported };
					report.result(importedText(run), importedAnswer(run));
					return wrong.length === 0 ? exitCode.done : exitCode.findings;
				} finally {
					await client.close();
				}
			}),
		);
}
