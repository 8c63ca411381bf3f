import { type Command, InvalidArgumentError } from "commander";
import { NamespaceClient } from "../client/client.ts";
import { parseTarget } from "../client/target.ts";
import { findAdminToken } from "../client/token.ts";
import { parseDuration } from "../config/duration.ts";
import { loadConfig } from "../config/load.ts";
import { CounterGenError, exitCode, interrupted } from "../errors.ts";
import { projectPaths } from "../generator/paths.ts";
import { changesOf, choiceText } from "../plan/choice-text.ts";
import { type LoadFlags, loadsOf, type Values } from "../plan/loads.ts";
import { observe, WATCHED_S } from "../plan/observe.ts";
import { parseAmount, parseRate } from "../plan/rate.ts";
import { planData } from "../plan/report.ts";
import { shortfallDiagnostics } from "../plan/shortfall-text.ts";
import { plansText, planText } from "../plan/text.ts";
import { type Granted, grant } from "../plan/wish.ts";
import { NO_LOAD } from "../planner/load.ts";
import { type Plan, type Planned, planOf } from "../planner/plan.ts";
import type { Session } from "../ui/reporter.ts";
import { styleFor } from "../ui/style.ts";
import { type Bind, type CommonOptions, command } from "./command.ts";

interface PlanFlags extends LoadFlags {
	/** Seconds. */
	maxStaleness?: number;
	/** US dollars. */
	budget?: number;
	free?: boolean;
	/** URL of a running Worker. */
	from?: string;
}

/** For one request. */
const TIMEOUT_MS = 30_000;

/** Rates that are shown side by side where none is given. */
const MAGNITUDES = ["1M/month", "50M/month", "1G/month"];

/** `counter-gen plan` */
export function planCommand(bind: Bind, watchedS: number = WATCHED_S): Command {
	return command("plan", "say what a load will cost, and how far totals lag", [
		"counter-gen plan    # three rates side by side",
		"counter-gen plan --rate 50M/month --peak 200 --reads 20",
		"counter-gen plan --rate metrics=20,votes=2 --counters metrics=50",
		"counter-gen plan --rate metrics=100 --batch metrics=10 --json",
		"counter-gen plan --rate 5 --max-staleness 10s --budget 20    # chooses thresholds, and prints them",
		"counter-gen plan --rate 0.5 --free",
		"counter-gen plan --from localhost:8787",
	])
		.option(
			"--rate <rate>",
			"increment requests a second, or messages with `queue`; 50M/month, 2M/day; NAMESPACE=RATE for one of them",
			each(rate),
		)
		.option(
			"--peak <rate>",
			"increment requests a second in the busiest minutes (default: --rate)",
			each(rate),
		)
		.option(
			"--counters <n>",
			`distinct counters (default: ${NO_LOAD.counters}, or as many as there is room for)`,
			each(whole(1, 1e6)),
		)
		.option(
			"--reads <rate>",
			"reads of a counter from KV, likewise",
			each(rate),
		)
		.option(
			"--viewers <n>",
			"viewers of /live at any time, likewise",
			each(whole(0, 1e6)),
		)
		.option(
			"--batch <n>",
			"counters that each request or message raises, all at once",
			each(whole(1, 10_000)),
		)
		.option(
			"--uniform",
			"all counters are counted alike (default: the n-th in proportion to 1/n, as pages are)",
		)
		.option(
			"--keyed",
			"each request has an Idempotency-Key, as a message of a queue always has",
		)
		.option(
			"--max-staleness <time>",
			"choose thresholds: totals in KV lag by so long at worst, such as 10s",
			staleness,
		)
		.option("--budget <dollars>", "choose thresholds: US$ a month", budget)
		.option("--free", "choose thresholds: the Free plan suffices")
		.option(
			"--from <url>",
			"take rates and counters of a running Worker: it is watched for half a minute",
		)
		.action(
			bind<PlanFlags>(async ({ io, report }, asked) => {
				const { config } = await loadConfig(asked.config, io);
				const { namespaces } = config;
				const options = asked.from
					? await withObserved(asked.from, asked, namespaces, watchedS, {
							io,
							report,
						})
					: asked;
				const style = styleFor(io.stdout, io.env, options.color);
				if (!options.rate) {
					requireRate(options);
					const plans = MAGNITUDES.map((title) => ({
						title,
						plan: planFor(namespaces, {
							...options,
							rate: new Map([["", parseRate(title)]]),
						}),
					}));
					report.result(plansText(plans, style), {
						ok: true,
						plans: plans.map(({ plan }) => planData(plan)),
					});
					return exitCode.done;
				}
				const before = planFor(namespaces, options);
				const granted = wishesOf(options)
					? grantIn(before, options)
					: undefined;
				const plan = granted?.choice.plan ?? before;
				const diagnostics = [
					...(granted?.outOfReach ? [granted.outOfReach] : []),
					...shortfallDiagnostics(plan),
				];
				const chosen = granted && choiceText(before, granted.choice);
				report.result(
					planText(plan, style) + (chosen === undefined ? "" : `\n${chosen}`),
					{
						ok: diagnostics.length === 0,
						diagnostics,
						plans: [planData(plan)],
						...(granted && {
							changes: changesOf(namespaces, granted.choice),
						}),
					},
				);
				if (diagnostics.length === 0) return exitCode.done;
				if (!options.json) report.problems(diagnostics);
				return exitCode.findings;
			}),
		);
}

/** Adds rates and counters of a running Worker, but where options say otherwise. */
async function withObserved<Flags extends PlanFlags & CommonOptions>(
	url: string,
	flags: Flags,
	namespaces: readonly Planned[],
	seconds: number,
	{ io, report }: Session,
): Promise<Flags> {
	const target = parseTarget(url);
	const { out } = projectPaths({ config: flags.config }, io.cwd);
	const token = await findAdminToken(target, out, io.env);
	const client = new NamespaceClient(target, token, io.signal, TIMEOUT_MS);
	try {
		report.progress(`watching ${target.url} for ${seconds} seconds`);
		const observed = await observe(client, seconds);
		const known = namespaces.flatMap(({ key, binding }) => {
			const found = observed.get(binding);
			return found ? [{ key, ...found }] : [];
		});
		if (known.length === 0)
			throw new CounterGenError({
				code: "bad-option",
				what: `${target.url} has none of the namespaces of ${flags.config}`,
				fix: `it has the bindings ${[...observed.keys()].join(", ")}`,
			});
		const rates = known.map(({ key, rate }) => [key, rate] as const);
		const counters = known
			.filter(({ counters }) => counters > 0)
			.map(({ key, counters }) => [key, counters] as const);
		return {
			...flags,
			rate: new Map([...rates, ...(flags.rate ?? [])]),
			counters: new Map([...counters, ...(flags.counters ?? [])]),
		};
	} catch (error) {
		if (io.signal.aborted)
			throw interrupted("it was not watched for long enough");
		throw error;
	} finally {
		await client.close();
	}
}

/** Tells whether thresholds are to be chosen. */
function wishesOf({ maxStaleness, budget, free }: PlanFlags): boolean {
	if (free && budget !== undefined)
		throw new CounterGenError({
			code: "bad-option",
			what: "--free costs nothing: leave --budget away",
		});
	return maxStaleness !== undefined || budget !== undefined || free === true;
}

function grantIn({ namespaces }: Plan, wishes: PlanFlags): Granted {
	return grant(
		namespaces.map(({ namespace }) => namespace),
		namespaces.map(({ load }) => load),
		wishes,
	);
}

/** Says what other options are of no use without a rate. */
function requireRate(flags: PlanFlags): void {
	const lacking = (what: string) =>
		new CounterGenError({ code: "bad-option", what });
	if (flags.peak)
		throw lacking("--peak says how far a rate rises: give --rate, too");
	if (wishesOf(flags))
		throw lacking("thresholds are chosen for a load: give --rate, too");
}

/** Plans for what the options say. */
function planFor(namespaces: readonly Planned[], flags: PlanFlags): Plan {
	return planOf(namespaces, loadsOf(namespaces, flags));
}

/** Reads `20`, or `metrics=20,votes=2`; an option may be there several times. */
function each(
	read: (text: string) => number,
): (text: string, before?: Values) => Values {
	return (text, before = new Map()) =>
		new Map([
			...before,
			...text.split(",").map((part): [string, number] => {
				const at = part.indexOf("=");
				return [at < 0 ? "" : part.slice(0, at), read(part.slice(at + 1))];
			}),
		]);
}

function rate(text: string): number {
	const value = parseRate(text);
	if (value >= 0 && value <= 1e7) return value;
	throw new InvalidArgumentError(
		"It takes a rate such as 20 (a second), 1.5k, 2M/day or 50M/month.",
	);
}

function whole(min: number, max: number): (text: string) => number {
	return (text) => {
		const value = parseAmount(text);
		if (Number.isInteger(value) && value >= min && value <= max) return value;
		throw new InvalidArgumentError(
			`It takes a whole number from ${min} to ${max}, such as 100 or 10k.`,
		);
	};
}

function staleness(text: string): number {
	const seconds = parseDuration(text) / 1_000;
	if (seconds > 0 && seconds <= 172_800) return seconds;
	throw new InvalidArgumentError("It takes a time such as 10s, 500ms or 2m.");
}

function budget(text: string): number {
	const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
	if (value > 0) return value;
	throw new InvalidArgumentError("It takes US dollars, such as 20.");
}
