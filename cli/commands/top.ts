import { type Command, InvalidArgumentError, Option } from "commander";
import { readFrom } from "../client/reading.ts";
import { LOCAL_URL } from "../client/target.ts";
import { exitCode } from "../errors.ts";
import { projectPaths } from "../generator/paths.ts";
import { askTop } from "../top/ask.ts";
import { topText } from "../top/text.ts";
import { styleFor } from "../ui/style.ts";
import { type Bind, command } from "./command.ts";

interface TopFlags {
	limit?: number;
	by?: string;
	at?: string;
}

/** `counter-gen top` */
export function topCommand(bind: Bind): Command {
	return command("top", "show the counters with the highest totals", [
		"counter-gen top    # of the server on this machine, at port 8787",
		"counter-gen top https://counters.example.workers.dev --limit 10",
		"counter-gen top localhost:8787 --by day --at 2026-11-22",
		"counter-gen top localhost:8787/votes --json",
	])
		.argument(
			"[url]",
			"base of one namespace: the Worker's address and mount",
			LOCAL_URL,
		)
		.option("--limit <n>", "how many; all that are published by default", limit)
		.addOption(
			new Option(
				"--by <unit>",
				"those of the current minute, hour or day, where these are kept",
			).choices(["minute", "hour", "day"]),
		)
		.option(
			"--at <moment>",
			"with --by: those of another, as --from of history",
		)
		.action(
			bind<TopFlags>(async ({ io, report }, options, [url = LOCAL_URL]) => {
				const { out } = projectPaths(options, io.cwd);
				await readFrom(url, out, io, async (client, target) => {
					const top = await askTop(client, target.url, {
						...(options.limit && { limit: `${options.limit}` }),
						...(options.by && { by: options.by }),
						...(options.at && { at: options.at }),
					});
					const style = styleFor(io.stdout, io.env, options.color);
					report.result(topText(target.url, top, io.stdout, style), {
						ok: true,
						url: target.url,
						...top,
					});
				});
				return exitCode.done;
			}),
		);
}

/** Reads `--limit`. */
function limit(text: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (value >= 1 && value <= 1000) return value;
	throw new InvalidArgumentError("It takes a whole number from 1 to 1000.");
}
