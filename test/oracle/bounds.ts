import type { IncrementRequest, ReadRequest } from "../../cli/load/history.ts";
import {
	type Amount,
	type BoundsChange,
	type Course,
	courseOf,
	DIRECTIONS,
	directionOf,
	isTaken,
	limitsOf,
	mayBeTaken,
	type Periods,
	type Tried,
} from "./amounts.ts";

export interface BoundsOptions {
	/**
	 * Finds the periods that something may have been counted in which was under way in
	 * a time. Each has bounds of its own; without it, all is one period.
	 */
	periodsOf?: (begin: number, end: number) => Periods;
}

/** Holds all time. */
const ONE_PERIOD: Periods = [0, 0];

/**
 * Judges whether counters kept within their bounds.
 *
 * At no moment is more acknowledged than the bound allows, whatever else may have
 * counted; and no read shows more, so that what got no answer keeps to it, too.
 *
 * @returns the violations in words; none if all is well
 */
export function checkBounds(
	history: readonly Tried[],
	changes: readonly BoundsChange[],
	{ periodsOf }: BoundsOptions = {},
): string[] {
	const counters = new Set(changes.map(({ counter }) => counter));
	const reads = history.filter((one) => one.kind === "read");
	return [...counters].flatMap((counter) =>
		DIRECTIONS.flatMap((direction) => {
			const course = courseOf(
				counter,
				direction,
				history,
				changes,
				periodsOf ?? (() => ONE_PERIOD),
			);
			return [
				...checkAdmitted(course),
				...(periodsOf ? [] : checkReads(course, reads)),
			];
		}),
	);
}

/**
 * Checks that what was acknowledged by any moment fits the bound: of those that count
 * by then, the last one to do so had to find room.
 */
function checkAdmitted(course: Course): string[] {
	const acknowledged = course.amounts.filter(
		({ by, end }) => by > 0 && end < Infinity,
	);
	const ranges = acknowledged
		.flatMap(({ periods: [first] }) =>
			acknowledged.map(({ periods }): Periods => [first, periods[1]]),
		)
		.toSorted((a, b) => a[1] - a[0] - (b[1] - b[0]));
	for (const range of new Map(ranges.map((one) => [`${one}`, one])).values())
		for (const { end } of acknowledged) {
			const finding = pastBound(course, range, end);
			if (finding) return [finding];
		}
	return [];
}

/** Judges what is in some periods, one after the other, and was acknowledged by a moment. */
function pastBound(
	course: Course,
	[first, last]: Periods,
	now: number,
): string | undefined {
	const { amounts, counter, direction } = course;
	const counted = amounts.filter(
		(one) =>
			one.by > 0 &&
			!one.isUnbound &&
			one.end <= now &&
			one.periods[0] >= first &&
			one.periods[1] <= last &&
			!mayBeTaken(course, one, now),
	);
	if (counted.length === 0) return undefined;
	const begins = counted.map(({ begin }) => begin);
	const takenBack = amounts.filter(
		(one) =>
			one.by < 0 &&
			!one.isRefused &&
			one.begin <= now &&
			one.periods[0] <= last &&
			one.periods[1] >= first &&
			!isTaken(course, one, Math.min(...begins)),
	);
	const sum = sumOf(counted) + sumOf(takenBack);
	const periods = last - first + 1;
	// In the last of several periods others may have come last.
	const from = periods > 1 ? Math.min(...begins) : Math.max(...begins);
	const most = periods * Math.max(...limitsOf(course, from, now));
	return sum > most
		? `${counter} has ${direction.sign * sum} acknowledged by ${now}, past its ${direction.word} of ${direction.sign * most}${periods > 1 ? ` in ${periods} periods` : ""}`
		: undefined;
}

/** Checks that no read shows more than the last that was counted before it had room for. */
function checkReads(course: Course, reads: readonly ReadRequest[]): string[] {
	const { amounts, counter, direction } = course;
	// A read that lags may have what one shard took away before what another had added.
	const isMixed = amounts.some(({ by, isRefused }) => by < 0 && !isRefused);
	return reads.flatMap(({ level, values, begin, end }) => {
		if (level !== "exact" && isMixed) return [];
		const value = direction.sign * (values.get(counter) ?? 0);
		const seen = amounts.filter(
			(one) =>
				level === "exact" &&
				one.by > 0 &&
				one.end < begin &&
				!mayBeTaken(course, one, end),
		);
		// The last that counted toward it did so no earlier than the last of these.
		const from = Math.max(
			Math.min(...amounts.filter(({ by }) => by > 0).map(({ begin }) => begin)),
			...seen.map((one) => one.begin),
		);
		const unbound = amounts.filter(
			(one) =>
				one.by > 0 && one.isUnbound && !one.isRefused && one.begin <= end,
		);
		// A shard may answer before it takes away what another has counted by its answer.
		const missed = amounts.filter(
			(one) =>
				one.by < 0 && !one.isRefused && one.begin <= end && one.end >= begin,
		);
		const most =
			Math.max(0, ...limitsOf(course, from, end)) +
			sumOf(unbound) -
			sumOf(missed);
		return value > most
			? [
					`${level} read of ${counter} from ${begin} to ${end} answered ${values.get(counter)}, past its ${direction.word} of ${direction.sign * most}`,
				]
			: [];
	});
}

/**
 * Judges refusals: without what else was under way, there was too little left for one
 * of the counters.
 *
 * @returns the violations in words; none if all is well
 */
export function checkRefused(
	history: readonly Tried[],
	changes: readonly BoundsChange[],
	{ periodsOf = () => ONE_PERIOD }: BoundsOptions = {},
): string[] {
	const courses = new Map<string, Course>();
	const courseFor = (counter: string, by: number): Course => {
		const direction = directionOf(by);
		const name = `${direction.word} ${counter}`;
		const course =
			courses.get(name) ??
			courseOf(counter, direction, history, changes, periodsOf);
		courses.set(name, course);
		return course;
	};
	return history.flatMap((one) => {
		if (one.kind !== "increment" || !one.isPastBound) return [];
		const { entries, key, begin, end = Infinity } = one;
		const what = `${entries.map(([name, by]) => `${name} by ${by}`)} from ${begin} to ${end}`;
		const hasCounted = history.some(
			(other) =>
				other.kind === "increment" &&
				key !== undefined &&
				other.key === key &&
				other.outcome === "acknowledged" &&
				(other.end ?? Infinity) < begin,
		);
		if (hasCounted) return [`${what} was refused, and key ${key} had counted`];
		const room = entries.map(([name, by]) => {
			const course = courseFor(name, by);
			const used = mostUsed(course, one, periodsOf(begin, end));
			return Math.min(...limitsOf(course, begin, end)) - used - Math.abs(by);
		});
		return room.every((left) => left >= 0)
			? [`${what} was refused, and ${room} would have been left at least`]
			: [];
	});
}

/** Finds the most that may have been used, or be held, of one period while a request lasted. */
function mostUsed(
	course: Course,
	request: IncrementRequest,
	[first, last]: Periods,
): number {
	const { begin, end = Infinity } = request;
	const used: number[] = [];
	for (let period = first; period <= last; period++) {
		const inIt = course.amounts.filter((one) => {
			const isCertain = one.periods[0] === period && one.periods[1] === period;
			if (one.by < 0)
				return isCertain && one.end < begin && !mayBeTaken(course, one, end);
			if (one.periods[0] > period || one.periods[1] < period) return false;
			if (one.begin > end || isTaken(course, one, begin)) return false;
			// A refused one may hold some of it while it is under way, itself apart.
			return !one.isRefused || (one.over >= begin && one.request !== request);
		});
		used.push(sumOf(inIt));
	}
	return Math.max(...used);
}

function sumOf(amounts: readonly Amount[]): number {
	return amounts.reduce((sum, { by }) => sum + by, 0);
}
