import { DELIVERED_WITHIN_S } from "../planner/deliveries.ts";
import { dearestOf, type Lever } from "../planner/levers.ts";
import {
	GLOBAL_WRITES_PER_SECOND,
	SHARD_REQUESTS_PER_SECOND,
} from "../planner/limits.ts";
import { MONTH_S } from "../planner/load.ts";
import type { NamespacePlan, Plan } from "../planner/plan.ts";
import { PLAN_DOLLARS, PRICES_READ } from "../planner/prices.ts";
import type { Style } from "../ui/style.ts";
import { amount, clock, dollars, LINES, percent, time } from "./units.ts";

/** Words a plan for people. */
export function planText(plan: Plan, style: Style): string {
	const bold = (text: string) => style("bold", text);
	return [
		plan.namespaces.map(loadText).join("\n"),
		monthText(plan, bold),
		limitsText(plan),
		dearestText(plan),
		lagText(plan, bold),
		peakText(plan, bold),
		freeText(plan),
	]
		.filter((part) => part !== "")
		.map((part) => `${part}\n`)
		.join("\n");
}

/** Words plans side by side: each of the same configuration at another rate. */
export function plansText(
	plans: readonly { title: string; plan: Plan }[],
	style: Style,
): string {
	const bold = (text: string) => style("bold", text);
	const all = plans.map(({ plan }) => plan);
	const lines = (all[0]?.bill.lines ?? []).map(({ line }, n) => [
		LINES[line],
		...all.map(({ bill }) => dollars(bill.lines[n]?.dollars ?? 0)),
	]);
	const rows = [
		["US$ a month", ...plans.map(({ title }) => title)],
		...lines.filter((row) => row.slice(1).some((one) => one !== "0.00")),
		["the plan", ...all.map(() => dollars(PLAN_DOLLARS))],
		["in all", ...all.map(({ bill }) => dollars(bill.dollars))],
	];
	const each = (what: (one: NamespacePlan) => string) => (plan: Plan) =>
		plan.namespaces.map(what).join(", ");
	const facts = [
		["KV lags, 99%", each((one) => time(one.staleness?.kv.p99 ?? 0))],
		[
			"each shard",
			each(({ headroom }) =>
				percent(headroom.shard / SHARD_REQUESTS_PER_SECOND),
			),
		],
		[
			"global object",
			each(({ headroom }) =>
				percent(headroom.global / GLOBAL_WRITES_PER_SECOND),
			),
		],
		...(all.some(isLimited)
			? [["borrow first", each((one) => percent(borrowedPart(one)))] as const]
			: []),
		[
			"keeps up",
			(plan: Plan) =>
				plan.namespaces.every(({ shortfalls }) => shortfalls.length === 0)
					? "yes"
					: "NO",
		],
		["Free plan until", (plan: Plan) => until(plan)],
	] as const;
	const table = columns([
		...rows,
		...facts.map(([name, fact]) => [name, ...all.map(fact)]),
	]);
	return [
		[bold(table[0] ?? ""), ...table.slice(1)].join("\n"),
		...(all.some(isLimited) ? [NEAR_A_LIMIT] : []),
		`Prices of ${PRICES_READ}. --rate plans for a rate of yours; --help lists what else it takes.`,
	]
		.filter((part) => part !== "")
		.map((part) => `${part}\n`)
		.join("\n");
}

function loadText({ namespace, load }: NamespacePlan): string {
	const { rate, peak, counters, isUniform, reads, batch, isKeyed } = load;
	const { viewers, isQueued } = load;
	return `${namespace.key}: ${[
		isQueued
			? `${amount(rate)} messages/s from its queue`
			: `${amount(rate)} requests/s`,
		...(peak > rate ? [`${amount(peak)} at the peak`] : []),
		...(batch > 1 ? [`of ${amount(batch)} counters each`] : []),
		...(isKeyed && !isQueued ? ["with keys"] : []),
		`${amount(counters)} counters${isUniform ? ", all alike" : ""}`,
		...(reads > 0 ? [`${amount(reads)} reads/s`] : []),
		...(viewers > 0 ? [`${amount(viewers)} viewers, five minutes each`] : []),
	].join(", ")}`;
}

/** Writes the bill: lines that are used. */
function monthText(
	{ namespaces, bill }: Plan,
	bold: (text: string) => string,
): string {
	const isOne = namespaces.length === 1;
	const used = bill.lines.filter(({ used }) => used >= 0.01);
	const rows = used.map(({ line, used, included, dollars: cost }) => [
		LINES[line],
		...(isOne ? [] : namespaces.map(({ month }) => amount(month[line]))),
		amount(used),
		amount(included),
		dollars(cost),
	]);
	const blanks = isOne ? [] : namespaces.map(() => "");
	const [head = "", ...body] = columns([
		[
			"a month",
			...(isOne ? [] : namespaces.map(({ namespace }) => namespace.key)),
			isOne ? "used" : "in all",
			"included",
			`US$ (${PRICES_READ})`,
		],
		...rows,
		["the plan", ...blanks, "", "", dollars(PLAN_DOLLARS)],
		["in all", ...blanks, "", "", dollars(bill.dollars)],
	]);
	const last = body.pop() ?? "";
	return [bold(head), ...body, bold(last)].join("\n");
}

const NEAR_A_LIMIT =
	"Near a limit, where shards contend for the rest, most requests borrow first: that is not in these figures.";

/** Says how often shards borrow from limits, and where figures end. */
function limitsText(plan: Plan): string {
	if (!isLimited(plan)) return "";
	const parts = plan.namespaces.flatMap((one) => {
		const { namespace, load, borrowing } = one;
		if (!borrowing) return [];
		const { full } = borrowing;
		const all = `${percent(borrowedPart(one))} of ${namespace.key}`;
		return full === 0
			? [all]
			: [
					`${all}, as ${amount(full)} of its ${amount(load.counters)} counters reach it each ${namespace.total?.per}`,
				];
	});
	return `Requests that borrow from a limit first: ${parts.join(", ")}. ${NEAR_A_LIMIT}`;
}

function isLimited({ namespaces }: Plan): boolean {
	return namespaces.some(
		({ borrowing, load }) => borrowing !== undefined && load.rate > 0,
	);
}

/** Finds the part of a month's requests for which a shard borrows. */
function borrowedPart({ borrowing, load }: NamespacePlan): number {
	const calls = borrowing?.calls ?? 0;
	return load.rate === 0 ? 0 : Math.min(1, calls / (load.rate * MONTH_S));
}

function dearestText(plan: Plan): string {
	const dearest = dearestOf(plan);
	if (!dearest) return "Nothing passes what the plan includes.";
	const { line, key, batch } = dearest;
	const lowered = key
		? `${leverText(key)} would make that $${dollars(key.dollars)}.`
		: "No key lowers it by much.";
	const gathered = batch
		? ` ${batch.to} counts in a ${isQueued(plan, batch) ? "message" : "request (POST /increments)"}: $${dollars(batch.dollars)}.`
		: "";
	return `The dearest line is ${LINES[line]}, $${dollars(dearest.dollars)}. ${lowered}${gathered}`;
}

function isQueued({ namespaces }: Plan, { namespace: key }: Lever): boolean {
	return namespaces.some(
		({ namespace, load }) => namespace.key === key && load.isQueued,
	);
}

function leverText({ namespace, key, from, to }: Lever): string {
	const isTime = key.endsWith("After");
	const value = (one: number) => (isTime ? time(one / 1_000) : amount(one));
	return `\`${key}\` of ${namespace} at ${value(to)} in place of ${value(from)}`;
}

const PLACES = [
	["global", "global object"],
	["live", "viewers"],
	["kv", "KV"],
] as const;

function lagText({ namespaces }: Plan, bold: (text: string) => string): string {
	const rows = namespaces.flatMap(({ namespace, staleness }) =>
		PLACES.flatMap(([place, name]) => {
			const lag = staleness?.[place];
			if (!lag) return [];
			const { typical, p99, worst } = lag;
			return [
				[
					`${namespace.key}, ${name}`,
					...[typical, p99].map(time),
					worst === Infinity ? "no bound" : time(worst),
				],
			];
		}),
	);
	if (rows.length === 0) return "";
	const [head = "", ...body] = columns([
		["totals lag by", "typically", "99%", "at worst"],
		...rows,
	]);
	return [
		bold(head),
		...body,
		"KV may show a total elsewhere up to a minute later.",
		...(namespaces.some(({ load }) => load.isQueued)
			? [
					`A message waits in its queue for up to ${DELIVERED_WITHIN_S} s before.`,
				]
			: []),
	].join("\n");
}

function peakText(plan: Plan, bold: (text: string) => string): string {
	const { namespaces } = plan;
	const [head = "", ...body] = columns([
		["at the peak", "each shard", "global object", "KV writes/s"],
		...namespaces.map(({ namespace, headroom }) => [
			namespace.key,
			`${amount(headroom.shard)} (${percent(headroom.shard / SHARD_REQUESTS_PER_SECOND)})`,
			`${amount(headroom.global)} (${percent(headroom.global / GLOBAL_WRITES_PER_SECOND)})`,
			amount(headroom.kv),
		]),
	]);
	return [
		bold(head),
		...body,
		`A shard is good for ${amount(SHARD_REQUESTS_PER_SECOND)} requests/s, the global object for ${GLOBAL_WRITES_PER_SECOND} batches/s${isLimited(plan) ? ", of which each call by which a shard borrows is one" : ""}.`,
	].join("\n");
}

function freeText({ exhausted }: Plan): string {
	if (exhausted.length === 0) return "The Free plan holds this, day and night.";
	const lines = exhausted.map(({ line, used, limit, afterHours }) => {
		const amounts = `${amount(used)} of ${amount(limit)}`;
		return afterHours === undefined
			? `  ${LINES[line]}: ${amounts}`
			: `  ${LINES[line]}: ${amounts} a day, used up at ${clock(afterHours)} UTC`;
	});
	return ["The Free plan does not hold this:", ...lines].join("\n");
}

function until({ exhausted }: Plan): string {
	const [first] = exhausted;
	if (!first) return "it holds";
	return first.afterHours === undefined ? "never" : clock(first.afterHours);
}

/** Lays out rows in columns: the first to the left, numbers to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
	const widths = (rows[0] ?? []).map((_, n) =>
		Math.max(...rows.map((row) => row[n]?.length ?? 0)),
	);
	return rows.map((row) =>
		row
			.map((cell, n) =>
				n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0),
			)
			.join("  ")
			.trimEnd(),
	);
}
