import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { NamespaceClient } from "../client/client.ts";
import { LOCAL_URL, parseTarget } from "../client/target.ts";
import { findAdminToken } from "../client/token.ts";
import { CounterGenError, exitCode, interrupted } from "../errors.ts";
import { projectPaths } from "../generator/paths.ts";
import { gather, type Status } from "../status/gather.ts";
import { statusText } from "../status/text.ts";
import { styleFor } from "../ui/style.ts";
import { type Bind, command } from "./command.ts";

interface StatusFlags {
	top: number;
	watch?: boolean;
}

/** For one request. */
const TIMEOUT_MS = 30_000;

/** Between two views. */
const PERIOD_MS = 2_000;

const clearScreen = "\u001b[2J\u001b[H";

/** `counter-gen status` */
export function statusCommand(bind: Bind): Command {
	return command("status", "show the totals of a namespace, and its lag", [
		"counter-gen status    # of the server on this machine, at port 8787",
		"counter-gen status localhost:8787/votes",
		"counter-gen status http://localhost:8787 --top 3 --json",
	])
		.argument(
			"[url]",
			"base of one namespace: the Worker's address and mount",
			LOCAL_URL,
		)
		.option("--top <n>", "counters to list, the greatest first", top, 10)
		.option("--watch", "draw it again every 2 seconds, until Ctrl-C")
		.action(
			bind<StatusFlags>(async ({ io, report }, options, [url = LOCAL_URL]) => {
				const { stdout, signal } = io;
				const isTerminal = "isTTY" in stdout && stdout.isTTY === true;
				if (options.watch && (options.json || !isTerminal))
					throw new CounterGenError({
						code: "bad-option",
						what: "--watch draws on a terminal: it goes neither into a file nor with --json",
					});
				const target = parseTarget(url);
				const { out } = projectPaths(options, io.cwd);
				const token = await findAdminToken(target, out, io.env);
				const client = new NamespaceClient(target, token, signal, TIMEOUT_MS);
				const style = styleFor(stdout, io.env, options.color);
				const text = (status: Status) => statusText(target.url, status, style);
				try {
					let status = await gather(client, options.top);
					if (!options.watch) {
						report.result(text(status), statusAnswer(target.url, status));
						return status.diskFull === null ? exitCode.done : exitCode.findings;
					}
					for (let trouble = ""; ; ) {
						stdout.write(clearScreen + text(status) + trouble);
						await sleep(PERIOD_MS, undefined, { signal });
						try {
							status = await gather(client, options.top);
							trouble = "";
						} catch (error) {
							// The server may be back for the next view.
							if (!(error instanceof CounterGenError)) throw error;
							trouble = `\nnot up to date: ${error.message}\n`;
						}
					}
				} catch (error) {
					if (!signal.aborted) throw error;
					if (options.watch) return exitCode.done;
					throw interrupted("nothing to show yet");
				} finally {
					await client.close();
				}
			}),
		);
}

/** Reads `--top`. */
function top(text: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (value >= 1 && value <= 1000) return value;
	throw new InvalidArgumentError("It takes a whole number from 1 to 1000.");
}

/** Makes the answer for `--json`; sums as text, as they may outgrow numbers. */
function statusAnswer(
	url: string,
	{ global, kv, shards, diskFull, ...own }: Status,
) {
	const exact = <T extends { sum: bigint | null }>(one: T) => ({
		...one,
		sum: one.sum === null ? null : String(one.sum),
	});
	return {
		ok: diskFull === null,
		diagnostics: diskFull ? [diskFull] : [],
		url,
		global: global && exact(global),
		kv: kv && exact(kv),
		...own,
		shards: shards.map(exact),
	};
}
