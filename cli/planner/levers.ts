import type { Load } from "./load.ts";
import { type Plan, type Planned, planOf } from "./plan.ts";
import type { Billed } from "./prices.ts";

/** A change that lowers a line of the bill. */
export interface Lever {
	namespace: string;
	/** A key, or the batch that clients send. */
	key: keyof Planned | "batch";
	from: number;
	to: number;
	/** US dollars of the line with it. */
	dollars: number;
}

/** A line of the bill, and what lowers it. */
export interface Dearest {
	line: Billed;
	dollars: number;
	/** Key that lowers it most; none where no key does noticeably. */
	key: Lever | undefined;
	/** More counts in a request, where clients could send them so. */
	batch: Lever | undefined;
}

/** A change is worth telling from this part of the line on. */
const NOTICEABLE = 0.05;

/** Counts in a request that many clients can gather. */
const GATHERED = 10;

/** Bounds of keys that are tried: see cli/config/schema.ts. */
const MOST_MS = 86_400_000;
const MOST_REQUESTS = 1_000_000;

/**
 * Finds the dearest line of a bill, and tries which key lowers it most: each
 * threshold doubled, half the shards, no write log.
 */
export function dearestOf(plan: Plan): Dearest | undefined {
	const [line] = plan.bill.lines.toSorted((a, b) => b.dollars - a.dollars);
	if (!line || line.dollars === 0) return undefined;
	const tried = (levers: readonly Omit<Lever, "dollars">[]) =>
		levers
			.map((lever) => ({
				...lever,
				dollars: dollarsWith(plan, lever, line.line),
			}))
			.filter(({ dollars }) => dollars <= line.dollars * (1 - NOTICEABLE))
			.toSorted((a, b) => a.dollars - b.dollars)[0];
	const all = plan.namespaces;
	return {
		line: line.line,
		dollars: line.dollars,
		key: tried(all.flatMap(({ namespace }) => keysOf(namespace))),
		batch: tried(
			all
				.filter(({ load }) => load.rate > 0 && load.batch === 1)
				.map(({ namespace }) => ({
					namespace: namespace.key,
					key: "batch",
					from: 1,
					to: GATHERED,
				})),
		),
	};
}

function keysOf(namespace: Planned): Omit<Lever, "dollars">[] {
	const twice = (key: keyof Planned, most: number) => {
		const from = namespace[key] as number;
		return { key, from, to: Math.min(most, 2 * from) };
	};
	return [
		twice("shardWriteToGlobalAfter", MOST_MS),
		twice("shardMinRequestToGlobal", MOST_REQUESTS),
		twice("globalWriteToKVAfter", MOST_MS),
		twice("globalMinWritesToKV", MOST_REQUESTS),
		{
			key: "shardCount" as const,
			from: namespace.shardCount,
			to: Math.ceil(namespace.shardCount / 2),
		},
		{ key: "writeLog" as const, from: namespace.writeLog, to: 0 },
	]
		.filter(({ from, to }) => from !== to)
		.map((one) => ({ namespace: namespace.key, ...one }));
}

/** Prices the line anew; infinite where something falls behind with the change. */
function dollarsWith(
	{ namespaces }: Plan,
	{ namespace, key, to }: Omit<Lever, "dollars">,
	line: Billed,
): number {
	const changed = planOf(
		namespaces.map(({ namespace: one }) =>
			one.key === namespace && key !== "batch" ? { ...one, [key]: to } : one,
		),
		namespaces.map(({ namespace: one, load }) =>
			one.key === namespace && key === "batch" ? gathered(load, to) : load,
		),
	);
	if (changed.namespaces.some((one) => one.shortfalls.length > 0))
		return Infinity;
	return changed.bill.lines.find((one) => one.line === line)?.dollars ?? 0;
}

/** Brings the same counts in fewer requests. */
function gathered(load: Load, batch: number): Load {
	return {
		...load,
		batch,
		rate: load.rate / batch,
		peak: load.peak / batch,
	};
}
