import { type Command, Option } from "commander";
import { NamespaceClient } from "../client/client.ts";
import { type Read, readName } from "../client/pages.ts";
import { parseTarget } from "../client/target.ts";
import { findAdminToken, findToken } from "../client/token.ts";
import { CounterGenError, exitCode, interrupted } from "../errors.ts";
import { projectPaths } from "../generator/paths.ts";
import { sumText } from "../transfer/counters.ts";
import { exportCounters } from "../transfer/export.ts";
import { newFile, stdoutWriter } from "../transfer/output.ts";
import { type Bind, command } from "./command.ts";

interface ExportFlags {
	read?: Read;
	out?: string;
}

/** For one page. */
const TIMEOUT_MS = 60_000;

/** `counter-gen export` */
export function exportCommand(bind: Bind): Command {
	return command("export", "save the totals of a namespace, a line each", [
		"counter-gen export http://localhost:8787 > counters.ndjson",
		"counter-gen export http://localhost:8787 --out backup.ndjson",
		"counter-gen export http://localhost:8787 --read kv --out public.ndjson --json",
	])
		.argument("<url>", "base of one namespace: the Worker's address and mount")
		.option("--out <file>", "a new file to write; stdout without it")
		.addOption(
			new Option(
				"--read <read>",
				"which totals (default: exact with an admin token, else kv)",
			).choices(["kv", "global", "exact"]),
		)
		.action(
			bind<ExportFlags>(async ({ io, report }, options, [url = ""]) => {
				const { out, json } = options;
				if (out === "" || (json && out === undefined))
					throw new CounterGenError({
						code: "bad-option",
						what: json
							? "--json answers on stdout, where the totals would go: give --out, too"
							: "--out names no file",
					});
				const target = parseTarget(url);
				const { out: outDir } = projectPaths(
					{ config: options.config },
					io.cwd,
				);
				const admin = await findAdminToken(target, outDir, io.env);
				const token = admin ?? (await findToken(target, outDir, io.env));
				const read = options.read ?? (admin === undefined ? "kv" : "exact");
				const { signal } = io;
				const client = new NamespaceClient(target, token, signal, TIMEOUT_MS);
				const work = (write: ReturnType<typeof stdoutWriter>) =>
					exportCounters(client, read, write, (sofar) =>
						report.progress(`exporting: ${sumText(sofar)}`),
					);
				try {
					const exported = await (out === undefined
						? work(stdoutWriter(io.stdout, signal))
						: newFile(out, io, work));
					const { asOf, counters, sum, hasPast } = exported;
					const text = `exported ${sumText(exported)}: ${readName[read]}s${asOf === undefined ? "" : ` as of ${asOf}`}${hasPast ? ", with what was counted when" : ""}`;
					if (out === undefined) report.info(text);
					else
						report.result(text, {
							ok: true,
							url: target.url,
							read,
							asOf: asOf ?? null,
							counters,
							sum: String(sum),
							history: hasPast,
							file: out,
						});
					return exitCode.done;
				} catch (error) {
					throw signal.aborted ? interrupted("the export is not whole") : error;
				} finally {
					await client.close();
				}
			}),
		);
}
