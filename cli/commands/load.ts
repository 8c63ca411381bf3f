import { type Command, InvalidArgumentError, Option } from "commander";
import { CounterGenError, exitCode } from "../errors.ts";
import type { Read } from "../load/api.ts";
import type { Plan } from "../load/plan.ts";
import { defaultLimits, type Limits, loadTest } from "../load/run.ts";
import { succeeded, summaryData, summaryText } from "../load/summary.ts";
import { parseTarget } from "../load/target.ts";
import { findAdminToken } from "../load/token.ts";
import { type Bind, command } from "./command.ts";

interface LoadFlags extends Plan {
	verify?: Read;
}

/** What a shell expects of a program that Ctrl-C ended. */
const interruptedStatus = 130;

/** `counter-gen load`; tests shorten its `limits`. */
export function loadCommand(
	bind: Bind,
	limits: Limits = defaultLimits,
): Command {
	return command(
		"load",
		"count at a running Worker and verify that exactly that arrived",
		[
			"counter-gen load http://localhost:8787",
			"counter-gen load http://localhost:8787 --requests 5000 --concurrency 64",
			"counter-gen load http://localhost:8787 --by 3 --verify kv --json",
		],
	)
		.argument("<url>", "base of one namespace: the Worker's address and mount")
		.option("--counter <name>", "the counter to use", counterName, "load-test")
		.option("--requests <n>", "increments to send", whole(1, 1e9), 2000)
		.option("--concurrency <n>", "under way at a time", whole(1, 10_000), 32)
		.option("--by <n>", "what each adds; not 0", whole(-1e9, 1e9), 1)
		.addOption(
			new Option(
				"--verify <read>",
				"the total to verify (default: global with an admin token, else kv)",
			).choices(["kv", "global", "exact"]),
		)
		.action(
			bind<LoadFlags>(async ({ io, report }, options, [url = ""]) => {
				const { counter, requests, concurrency, by, config } = options;
				checkSize(options);
				const target = parseTarget(url);
				const token = await findAdminToken(target, config, io);
				const run = await loadTest(
					target,
					{ counter, requests, concurrency, by },
					{
						token,
						read: options.verify ?? (token === undefined ? "kv" : "global"),
						limits,
						signal: io.signal,
					},
					report,
				);
				report.result(summaryText(run), summaryData(run));
				if (run.interrupted) return interruptedStatus;
				return succeeded(run) ? exitCode.done : exitCode.findings;
			}),
		);
}

function whole(min: number, max: number): (text: string) => number {
	return (text) => {
		const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
		if (value >= min && value <= max) return value;
		throw new InvalidArgumentError(
			`It takes a whole number from ${min} to ${max}.`,
		);
	};
}

function counterName(text: string): string {
	// A URL drops the path segments `.` and `..`.
	if (!/^\.{0,2}$/.test(text)) return text;
	throw new InvalidArgumentError("It takes a name that fits in a URL path.");
}

function checkSize({ requests, by }: Plan): void {
	if (by === 0)
		throw new CounterGenError({
			code: "bad-option",
			what: "--by 0 adds nothing that could be verified",
		});
	if (!Number.isSafeInteger(requests * by))
		throw new CounterGenError({
			code: "bad-option",
			what: "--requests times --by goes past 2^53 - 1, where counting ends",
		});
}
