import { type Command, InvalidArgumentError, Option } from "commander";
import type { Read } from "../client/pages.ts";
import { parseTarget } from "../client/target.ts";
import { findAdminToken, findToken } from "../client/token.ts";
import { parseDuration } from "../config/duration.ts";
import { CounterGenError, exitCode } from "../errors.ts";
import { projectPaths } from "../generator/paths.ts";
import type { Plan } from "../load/plan.ts";
import { defaultLimits, type Limits, loadTest } from "../load/run.ts";
import { succeeded, summaryData, summaryText } from "../load/summary.ts";
import { type Bind, command } from "./command.ts";

interface LoadFlags {
	counter: string;
	requests?: number;
	/** Seconds. */
	duration?: number;
	concurrency: number;
	rate?: number;
	batch?: number;
	by: number;
	verify?: Read;
}

const DEFAULT_REQUESTS = 2000;

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
			"counter-gen load http://localhost:8787 --duration 5s --rate 500",
			"counter-gen load http://localhost:8787 --batch 100",
			"counter-gen load http://localhost:8787 --by 3 --verify kv --json",
		],
	)
		.argument("<url>", "base of one namespace: the Worker's address and mount")
		.option("--counter <name>", "the counter to use", counterName, "load-test")
		.option(
			"--requests <n>",
			`requests to send (default: ${DEFAULT_REQUESTS})`,
			whole(1, 1e9),
		)
		.option(
			"--duration <time>",
			"how long to send, in place of --requests: 10s, 2m; seconds without a unit",
			duration,
		)
		.option("--concurrency <n>", "under way at a time", whole(1, 10_000), 32)
		.option(
			"--rate <n>",
			"requests to start a second (default: as fast as answers come)",
			whole(1, 1e6),
		)
		.option(
			"--batch <n>",
			"counters that each request raises, all at once",
			whole(1, 10_000),
		)
		.option("--by <n>", "what each adds; not 0", whole(-1e9, 1e9), 1)
		.addOption(
			new Option(
				"--verify <read>",
				"the total to verify (default: global with an admin token, else kv)",
			).choices(["kv", "global", "exact"]),
		)
		.action(
			bind<LoadFlags>(async ({ io, report }, options, [url = ""]) => {
				const plan = planOf(options);
				const target = parseTarget(url);
				const { out } = projectPaths({ config: options.config }, io.cwd);
				const adminToken = await findAdminToken(target, out, io.env);
				const token = adminToken ?? (await findToken(target, out, io.env));
				const admin = adminToken !== undefined;
				const read = options.verify ?? (admin ? "global" : "kv");
				const run = await loadTest(
					target,
					plan,
					{ token, admin, read, limits, io },
					report,
				);
				report.result(summaryText(run), summaryData(run));
				if (run.interrupted) return exitCode.interrupted;
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

/** Reads `--duration` as seconds, up to a day. */
function duration(text: string): number {
	const seconds = /^\d+$/.test(text)
		? Number(text)
		: parseDuration(text) / 1000;
	if (seconds > 0 && seconds <= 86_400) return seconds;
	throw new InvalidArgumentError(
		"It takes a time above 0 and up to 24h, such as 10s, 500ms or 2m.",
	);
}

function counterName(text: string): string {
	// A URL drops the path segments `.` and `..`.
	if (!/^\.{0,2}$/.test(text)) return text;
	throw new InvalidArgumentError("It takes a name that fits in a URL path.");
}

function planOf(flags: LoadFlags): Plan {
	const { counter, batch, by, concurrency, rate, duration: seconds } = flags;
	const bad = (what: string) =>
		new CounterGenError({ code: "bad-option", what });
	if (by === 0) throw bad("--by 0 adds nothing that could be verified");
	if (seconds !== undefined && flags.requests !== undefined)
		throw bad("--requests and --duration each say when to end: give one");
	const { requests = DEFAULT_REQUESTS } = flags;
	if (!Number.isSafeInteger(requests * by))
		throw bad("--requests times --by goes past 2^53 - 1, where counting ends");
	const end = seconds === undefined ? { requests } : { seconds };
	return { counter, batch, by, pace: { concurrency, rate, ...end } };
}
