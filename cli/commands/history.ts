import { type Command, Option } from "commander";
import { readFrom } from "../client/reading.ts";
import { CounterGenError, exitCode } from "../errors.ts";
import { projectPaths } from "../generator/paths.ts";
import { askCsv, askHistory, type Question } from "../history/ask.ts";
import { historyText } from "../history/text.ts";
import { styleFor } from "../ui/style.ts";
import { type Bind, command } from "./command.ts";

type HistoryFlags = Omit<Question, "format"> & { csv?: boolean };

/** `counter-gen history` */
export function historyCommand(bind: Bind): Command {
	return command("history", "show a counter over time", [
		"counter-gen history http://localhost:8787 home",
		"counter-gen history localhost:8787 home --by hour --last 48",
		"counter-gen history localhost:8787 home --from 2026-11-01 --to 2026-12-01 --csv > november.csv",
		"counter-gen history localhost:8787 home --last 7 --json",
	])
		.argument("<url>", "base of one namespace: the Worker's address and mount")
		.argument("<counter>", "its name")
		.addOption(
			new Option(
				"--by <unit>",
				"minute, hour or day; by default the largest that is kept",
			).choices(["minute", "hour", "day"]),
		)
		.option(
			"--last <n>",
			"so many, with the one that is under way; by default 60 minutes, 24 hours or 30 days",
		)
		.option(
			"--from <moment>",
			"a date, or a moment in ISO 8601; without an offset by the clocks of the namespace's zone",
		)
		.option("--to <moment>", "what begins before it; now by default")
		.option("--csv", "a line for each: start,value,final")
		.action(
			bind<HistoryFlags>(
				async ({ io, report }, options, [url = "", counter = ""]) => {
					const { csv, json, by, last, from, to } = options;
					if (csv && json)
						throw new CounterGenError({
							code: "bad-option",
							what: "--csv and --json are two ways to answer: give one of them",
						});
					const { out } = projectPaths(options, io.cwd);
					const question: Question = {
						...(by !== undefined && { by }),
						...(last !== undefined && { last }),
						...(from !== undefined && { from }),
						...(to !== undefined && { to }),
					};
					await readFrom(url, out, io, async (client, target) => {
						if (csv) {
							const lines = await askCsv(client, target.url, counter, question);
							report.result(lines, { ok: true });
							return;
						}
						const history = await askHistory(
							client,
							target.url,
							counter,
							question,
						);
						const style = styleFor(io.stdout, io.env, options.color);
						report.result(historyText(target.url, history, io.stdout, style), {
							ok: true,
							url: target.url,
							...history,
						});
					});
					return exitCode.done;
				},
			),
		);
}
