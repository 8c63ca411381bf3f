import { type Command, InvalidArgumentError } from "commander";
import { loadConfig } from "../config/load.ts";
import { CounterGenError, exitCode } from "../errors.ts";
import { type Load, NO_LOAD } from "../planner/load.ts";
import { type Plan, type Planned, planOf } from "../planner/plan.ts";
import { parseAmount, parseRate } from "../planner/rate.ts";
import { planData } from "../planner/report.ts";
import { shortfallDiagnostics } from "../planner/shortfall-text.ts";
import { plansText, planText } from "../planner/text.ts";
import { styleFor } from "../ui/style.ts";
import { type Bind, command } from "./command.ts";

/** Values of an option: of a namespace, or, under "", of all others. */
type Values = ReadonlyMap<string, number>;

interface PlanFlags {
	rate?: Values;
	peak?: Values;
	counters?: Values;
	reads?: Values;
	batch?: Values;
	uniform?: boolean;
	keyed?: boolean;
}

/** Rates that are shown side by side where none is given. */
const MAGNITUDES = ["1M/month", "50M/month", "1G/month"];

/** `counter-gen plan` */
export function planCommand(bind: Bind): Command {
	return command("plan", "say what a load will cost, and how far totals lag", [
		"counter-gen plan    # three rates side by side",
		"counter-gen plan --rate 50M/month --peak 200 --reads 20",
		"counter-gen plan --rate metrics=20,votes=2 --counters votes=3",
		"counter-gen plan --rate 100 --batch 10 --json",
	])
		.option(
			"--rate <rate>",
			"increment requests a second, or 50M/month, 2M/day; NAMESPACE=RATE for one of them",
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
			"--batch <n>",
			"counters that each request raises, all at once",
			each(whole(1, 10_000)),
		)
		.option(
			"--uniform",
			"all counters are counted alike (default: the n-th in proportion to 1/n, as pages are)",
		)
		.option("--keyed", "each request has an Idempotency-Key")
		.action(
			bind<PlanFlags>(async ({ io, report }, options) => {
				const { config } = await loadConfig(options.config, io);
				const { namespaces } = config;
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
				const plan = planFor(namespaces, options);
				const diagnostics = shortfallDiagnostics(plan);
				report.result(planText(plan, style), {
					ok: diagnostics.length === 0,
					diagnostics,
					plans: [planData(plan)],
				});
				if (diagnostics.length === 0) return exitCode.done;
				if (!options.json) report.problems(diagnostics);
				return exitCode.findings;
			}),
		);
}

/** Says what other options are of no use without a rate. */
function requireRate({ peak }: PlanFlags): void {
	if (peak)
		throw new CounterGenError({
			code: "bad-option",
			what: "--peak says how far a rate rises: give --rate, too",
		});
}

/** Plans for what the options say. */
function planFor(namespaces: readonly Planned[], flags: PlanFlags): Plan {
	requireNames(namespaces, flags);
	return planOf(
		namespaces,
		namespaces.map((namespace) => loadOf(namespace, flags)),
	);
}

function loadOf(namespace: Planned, flags: PlanFlags): Load {
	const { key, maxCounters, names } = namespace;
	const listed = typeof names === "string" ? Infinity : names.length;

	const of = (values: Values | undefined) =>
		values?.get(key) ?? values?.get("");
	const rate = of(flags.rate) ?? 0;
	const load = {
		...NO_LOAD,
		rate,
		peak: of(flags.peak) ?? rate,
		counters:
			of(flags.counters) ?? Math.min(NO_LOAD.counters, maxCounters, listed),
		reads: of(flags.reads) ?? 0,
		batch: of(flags.batch) ?? NO_LOAD.batch,
		isUniform: flags.uniform === true,
		isKeyed: flags.keyed === true,
	};
	const bad = (what: string) =>
		new CounterGenError({ code: "bad-option", what: `${key}: ${what}` });
	if (load.peak < rate)
		throw bad(`--peak is below --rate, of which it is the highest`);
	if (load.counters > listed)
		throw bad(
			`--counters ${load.counters} are more than the ${listed} of \`names\``,
		);
	if (load.batch > load.counters)
		throw bad(
			`--batch ${load.batch} raises more counters than there are: --counters ${load.counters}`,
		);
	return load;
}

/** @throws CounterGenError if an option names a namespace that there is none of */
function requireNames(
	namespaces: readonly Planned[],
	{ rate, peak, counters, reads, batch }: PlanFlags,
): void {
	const keys = namespaces.map(({ key }) => key);
	for (const values of [rate, peak, counters, reads, batch])
		for (const key of values?.keys() ?? [])
			if (key !== "" && !keys.includes(key))
				throw new CounterGenError({
					code: "bad-option",
					what: `there is no namespace ${JSON.stringify(key)}`,
					fix: `the namespaces are ${keys.join(", ")}`,
				});
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
