import {
	type Effect,
	effectsOf,
	type Operation,
	type ResetRequest,
} from "../../cli/load/history.ts";

/** A bucket as it was answered; moments as those of operations. */
interface Bucket {
	start: number;
	value: number;
	final: boolean;
}

/** A read of a counter's past. */
export interface PastRead {
	counter: string;
	/** Kind of the buckets. */
	by: string;
	level: "global" | "exact";
	/** Oldest first. */
	points: readonly Bucket[];
	begin: number;
	end: number;
}

export interface PastOptions {
	/** Most by which clocks are off; nothing if they may show any time. */
	skew?: number;
	/** Lets counts be in a later bucket than they should be: a shard was out of reach. */
	isLate?: boolean;
	/** Moment from which all is kept: reads that reach back to it have everything. */
	since: number;
}

/**
 * Judges reads of the past beside a history of increments and resets.
 *
 * A final bucket never changes but by a reset; an increment is in a bucket of the time
 * between its request and its answer; and all buckets together are the total.
 *
 * @returns the violations in words; none if all is well
 */
export function checkPast(
	reads: readonly PastRead[],
	history: readonly Operation[],
	options: PastOptions,
): string[] {
	const effects = effectsOf(history);
	const resets = history.filter(
		(one) => one.kind === "reset" && one.outcome !== "refused",
	) as ResetRequest[];
	return [
		...reads.flatMap(checkOrder),
		...checkFinal(reads, resets),
		...reads.flatMap((read) => checkBuckets(read, effects, resets, options)),
	];
}

function checkOrder(read: PastRead): string[] {
	return read.points.flatMap(({ start, final }, n) => {
		const before = read.points[n - 1];
		if (!before) return [];
		if (before.start >= start) return [`${describe(read)} is out of order`];
		return final && !before.final
			? [`${describe(read)}: ${start} is final, and the one before is not`]
			: [];
	});
}

/** Checks that what was called final is the same in every read, and stays final. */
function checkFinal(
	reads: readonly PastRead[],
	resets: readonly ResetRequest[],
): string[] {
	const findings: string[] = [];
	const finals = new Map<string, { read: PastRead; value: number }[]>();
	for (const read of reads.toSorted((a, b) => a.begin - b.begin))
		for (const { start, value, final } of read.points) {
			const key = `${read.counter} ${read.by} ${start}`;
			const earlier = finals.get(key) ?? [];
			finals.set(key, earlier);
			for (const one of earlier) {
				const isReset = resets.some(
					({ counter = read.counter, begin, end = Infinity }) =>
						counter === read.counter &&
						begin <= Math.max(read.end, one.read.end) &&
						end >= Math.min(one.read.begin, read.begin),
				);
				if (isReset) continue;
				if (final ? value === one.value : one.read.end >= read.begin) continue;
				findings.push(
					`${describe(read)}: ${start} is ${value}${final ? "" : ", not final"}, and was final with ${one.value} in ${describe(one.read)}`,
				);
			}
			if (final) earlier.push({ read, value });
		}
	return findings;
}

/** Checks that buckets have what was counted in their time, and all of them everything. */
function checkBuckets(
	read: PastRead,
	effects: readonly Effect[],
	resets: readonly ResetRequest[],
	{ skew, isLate = false, since }: PastOptions,
): string[] {
	const { points, level } = read;
	const [first] = points;
	const total = { start: -Infinity, end: Infinity };
	const judged: { start: number; end: number; value: number }[] = [];
	if (first && first.start <= since)
		judged.push({
			...total,
			value: points.reduce((sum, { value }) => sum + value, 0),
		});
	if (skew !== undefined)
		for (const [n, { start, value }] of points.entries())
			judged.push({ start, end: points[n + 1]?.start ?? Infinity, value });
	return judged.flatMap(({ start, end, value }) => {
		let [min, max] = [0, 0];
		for (const effect of effects)
			for (const [counter, by] of effect.entries) {
				if (counter !== read.counter || effect.begin > read.end) continue;
				const isGone = fate(effect, read, resets);
				if (isGone === true) continue;
				const earliest = effect.begin - (skew ?? 0);
				const latest = isLate ? Infinity : effect.end + (skew ?? 0);
				if (earliest >= end || latest < start) continue;
				const isCertain =
					level === "exact" &&
					isGone === false &&
					effect.end < read.begin &&
					earliest >= start &&
					latest < end;
				min += isCertain ? by : Math.min(0, by);
				max += isCertain ? by : Math.max(0, by);
			}
		return value < min || value > max
			? [
					`${describe(read)}: ${
						start === -Infinity ? "all together are" : `${start} is`
					} ${value}, must be from ${min} to ${max}`,
				]
			: [];
	});
}

/** Tells whether a reset took an increment before a read; nothing if it may have. */
function fate(
	effect: Effect,
	read: PastRead,
	resets: readonly ResetRequest[],
): boolean | undefined {
	const after = resets.filter(
		({ counter = read.counter, begin, end = Infinity }) =>
			counter === read.counter && end >= effect.begin && begin <= read.end,
	);
	if (after.length === 0) return false;
	const isTaken = after.some(
		({ begin, end = Infinity, outcome }) =>
			outcome === "acknowledged" && effect.end < begin && end < read.begin,
	);
	return isTaken ? true : undefined;
}

function describe({ counter, by, level, begin, end }: PastRead): string {
	return `${level} read of ${counter} by ${by} from ${begin} to ${end}`;
}
