import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { NamespaceClient } from "../client/client.ts";
import { parseTarget } from "../client/target.ts";
import { findAdminToken } from "../client/token.ts";
import { CounterGenError, exitCode } from "../errors.ts";
import { gather, type Status } from "../status/gather.ts";
import { statusText } from "../status/text.ts";
import { interrupted } from "../transfer/interrupted.ts";
import { styleFor } from "../ui/style.ts";
import { type Bind, command } from "./command.ts";

interface StatusFlags {
	top: number;
	watch?: boolean;
}

/** For one request, in milliseconds. */
const TIMEOUT = 30_000;

/** Between two views, in milliseconds. */
const PERIOD = 2_000;

const clearScreen = "\u001b[2J\u001b[H";

/** `counter-gen status` */
export function statusCommand(bind: Bind): Command {
	return command("status", "show the totals of a namespace, and its lag", [
		"counter-gen status http://localhost:8787",
		"counter-gen status http://localhost:8787 --top 3 --json",
	])
		.argument("<url>", "base of one namespace: the Worker's address and mount")
		.option("--top <n>", "counters to list, the greatest first", top, 10)
		.option("--watch", "draw it again every 2 seconds, until Ctrl-C")
		.action(
			bind<StatusFlags>(async ({ io, report }, options, [url = ""]) => {
				const { stdout, signal } = io;
				const isTerminal = "isTTY" in stdout && stdout.isTTY === true;
				if (options.watch && (options.json || !isTerminal))
					throw new CounterGenError({
						code: "bad-option",
						what: "--watch draws on a terminal: it goes neither into a file nor with --json",
					});
				const target = parseTarget(url);
				const token = await findAdminToken(target, options.config, io);
				const client = new NamespaceClient(target, token, signal, TIMEOUT);
				const style = styleFor(stdout, io.env, options.color);
				const text = (status: Status) => statusText(target.url, status, style);
				try {
					let status = await gather(client, signal, options.top);
					if (!options.watch) {
						report.result(text(status), statusAnswer(target.url, status));
						return status.full === null ? exitCode.done : exitCode.findings;
					}
					for (let trouble = ""; ; ) {
						stdout.write(clearScreen + text(status) + trouble);
						await sleep(PERIOD, undefined, { signal });
						try {
							status = await gather(client, signal, options.top);
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

function top(text: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (value >= 1 && value <= 1000) return value;
	throw new InvalidArgumentError("It takes a whole number from 1 to 1000.");
}

/** For `--json`: sums as text, because they may pass what a number holds. */
function statusAnswer(
	url: string,
	{ global, kv, shards, full, ...own }: Status,
) {
	const exact = <T extends { sum: bigint | null }>(one: T) => ({
		...one,
		sum: one.sum === null ? null : String(one.sum),
	});
	return {
		ok: full === null,
		diagnostics: full ? [full] : [],
		url,
		global: global && exact(global),
		kv: kv && exact(kv),
		...own,
		shards: shards.map(exact),
	};
}
