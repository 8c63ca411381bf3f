import {
	type Effect,
	effectsOf,
	type IncrementRequest,
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

/**
 * An import, whose entries may say when they were counted: in a bucket of that level
 * (0 for minutes, 1 for hours, 2 for days) which has that moment.
 */
export interface ImportRequest extends Omit<IncrementRequest, "entries"> {
	entries: readonly ImportEntry[];
}

type ImportEntry = readonly [
	counter: string,
	by: number,
	level?: number,
	at?: number,
];

/** A day, and an hour more. */
const DAY_MS = 25 * 3_600_000;

const UNITS = ["minute", "hour", "day"];

export interface PastOptions {
	/** Most by which clocks are off; nothing if they may show any time. */
	skew?: number;
	/** Lets counts be in a later bucket than they should be: a shard was out of reach. */
	isLate?: boolean;
	/**
	 * Moment from which all is kept: reads that reach back to it have everything. What
	 * had ended a day before it takes imports.
	 */
	since: number;
	imports?: readonly ImportRequest[];
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
	// They differ from increments by what an entry says besides.
	const imports = effectsOf(
		(options.imports ?? []) as readonly Operation[],
	) as unknown as ImportEffect[];
	return [
		...reads.flatMap(checkOrder),
		...checkFinal(reads, resets, [...effects, ...imports], imports.length > 0),
		...reads.flatMap((read) =>
			checkBuckets(read, effects, imports, resets, options),
		),
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

type ImportEffect = Omit<Effect, "entries"> & Pick<ImportRequest, "entries">;

/** Checks that what was called final is the same in every read, and stays final. */
function checkFinal(
	reads: readonly PastRead[],
	resets: readonly ResetRequest[],
	effects: readonly Pick<Effect, "end">[],
	takesImports: boolean,
): string[] {
	const begun = Math.min(...effects.map(({ end }) => end));
	const findings: string[] = [];
	const finals = new Map<string, { read: PastRead; value: number }[]>();
	for (const read of reads.toSorted((a, b) => a.begin - b.begin))
		for (const [n, { start, value, final }] of read.points.entries()) {
			// Imports may come to what was over when the first was counted, or all reset.
			const began = resets
				.filter(({ counter, begin }) => !counter && begin <= read.end)
				.map(({ end = Infinity }) => end);
			const isBefore = (moment: number) =>
				(read.points[n + 1]?.start ?? Infinity) <= moment;
			if (takesImports && [begun, ...began].some(isBefore)) continue;
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
	imports: readonly ImportEffect[],
	resets: readonly ResetRequest[],
	{ skew, isLate = false, since }: PastOptions,
): string[] {
	const { points, level } = read;
	const [first] = points;
	const total = { start: first?.start ?? 0, end: Infinity, isTotal: true };
	const judged: {
		start: number;
		end: number;
		value: number;
		isTotal?: boolean;
	}[] = [];
	if (first && first.start <= since)
		judged.push({
			...total,
			value: points.reduce((sum, { value }) => sum + value, 0),
		});
	if (skew !== undefined)
		for (const [n, { start, value }] of points.entries())
			judged.push({ start, end: points[n + 1]?.start ?? Infinity, value });
	return judged.flatMap(({ start: from, end, value, isTotal }) => {
		const start = isTotal ? -Infinity : from;
		let [min, max] = [0, 0];
		for (const effect of imports) {
			if (effect.begin > read.end) continue;
			const isGone = fate(effect, read, resets);
			if (isGone === true) continue;
			for (const entry of effect.entries) {
				const place = placeOf(entry, read, { from, end, since });
				if (!place) continue;
				const [, by] = entry;
				const isCertain =
					place === "certain" &&
					level === "exact" &&
					isGone === false &&
					effect.end < read.begin;
				min += isCertain ? by : Math.min(0, by);
				max += isCertain ? by : Math.max(0, by);
			}
		}
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

/** Tells whether what was counted elsewhere is in a bucket, or may be. */
function placeOf(
	[counter, , level, at]: ImportEntry,
	read: PastRead,
	{ from, end, since }: { from: number; end: number; since: number },
): "certain" | "possible" | undefined {
	if (counter !== read.counter || level === undefined || at === undefined)
		return undefined;
	const isThere = at >= from && at < end;
	const isOver = at < since - DAY_MS;
	// Until the day is over it may be in any of its hours.
	if (UNITS.indexOf(read.by) < level)
		return !isOver && end > at - DAY_MS ? "possible" : undefined;
	if (!isThere) return undefined;
	return isOver ? "certain" : "possible";
}

/** Tells whether a reset took an increment before a read; nothing if it may have. */
function fate(
	effect: Pick<Effect, "begin" | "end">,
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
