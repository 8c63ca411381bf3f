import type {
	IncrementRequest,
	Operation,
	Outcome,
	ResetRequest,
} from "../../cli/load/history.ts";

/** Bounds of a counter; infinite where there is none. */
export interface Bounds {
	min: number;
	max: number;
}

/** A counter gets other bounds. */
export interface BoundsChange {
	counter: string;
	bounds: Bounds;
	begin: number;
	/** Missing if no answer came. */
	end?: number | undefined;
	/** Moment after which nothing of it is under way, though no answer came. */
	over?: number;
	outcome: Outcome;
}

/** An operation that may be known to be over, though no answer came. */
export type Tried = Operation & {
	/** Moment after which nothing of it is under way. */
	over?: number;
	/** It was refused because a bound left too little. */
	isPastBound?: boolean;
	/** Code that knows no bounds may have counted it. */
	isUnbound?: boolean;
};

/** Periods that something may have been counted in: the first and the last. */
export type Periods = readonly [first: number, last: number];

/** Toward one of the bounds: amounts that lead there are positive. */
export interface Direction {
	sign: 1 | -1;
	word: "max" | "min";
	/** Takes the bound, as far as amounts may add up. */
	limit(bounds: Bounds): number;
}

const UP: Direction = { sign: 1, word: "max", limit: ({ max }) => max };
const DOWN: Direction = { sign: -1, word: "min", limit: ({ min }) => -min };

export const DIRECTIONS = [UP, DOWN];

export function directionOf(by: number): Direction {
	return by > 0 ? UP : DOWN;
}

/** Effect of an increment on a counter, in one direction. */
export interface Amount {
	by: number;
	begin: number;
	/** Moment of its first acknowledgement; infinite if there was none. */
	end: number;
	/** Moment after which nothing of it is under way. */
	over: number;
	isRefused: boolean;
	isUnbound: boolean;
	periods: Periods;
	/** The first request of it. */
	request: IncrementRequest;
}

/** A counter in one direction. */
export interface Course {
	counter: string;
	direction: Direction;
	/** Tries; a refused one by itself, others of a key as one. */
	amounts: readonly Amount[];
	resets: readonly (ResetRequest & { over?: number })[];
	changes: readonly BoundsChange[];
}

export function courseOf(
	counter: string,
	direction: Direction,
	history: readonly Tried[],
	changes: readonly BoundsChange[],
	periodsOf: (begin: number, end: number) => Periods,
): Course {
	const amounts: Amount[] = [];
	const byKey = new Map<string, Amount>();
	for (const one of history) {
		if (one.kind !== "increment") continue;
		const { key, begin, outcome } = one;
		const [, by] = one.entries.find(([name]) => name === counter) ?? [];
		if (by === undefined) continue;
		const isRefused = outcome === "refused";
		const end = outcome === "acknowledged" ? (one.end ?? Infinity) : Infinity;
		const over = overAt(one);
		const same = `${key} ${JSON.stringify(one.entries)}`;
		const known = isRefused || key === undefined ? undefined : byKey.get(same);
		if (known) {
			known.begin = Math.min(known.begin, begin);
			known.isUnbound ||= one.isUnbound ?? false;
			known.end = Math.min(known.end, end);
			// It has counted by its first acknowledgement.
			known.over = Math.min(known.end, Math.max(known.over, over));
			continue;
		}
		const amount: Amount = {
			by: direction.sign * by,
			begin,
			end,
			over,
			isRefused,
			isUnbound: one.isUnbound ?? false,
			periods: [0, 0],
			request: one,
		};
		amounts.push(amount);
		if (!isRefused && key !== undefined) byKey.set(same, amount);
	}
	for (const one of amounts) one.periods = periodsOf(one.begin, one.over);
	return {
		counter,
		direction,
		amounts,
		resets: history.filter(
			(one): one is ResetRequest =>
				one.kind === "reset" &&
				one.outcome !== "refused" &&
				(one.counter ?? counter) === counter,
		),
		changes: changes.filter(
			(one) => one.counter === counter && one.outcome !== "refused",
		),
	};
}

/** Finds the moment after which nothing of a request is under way. */
export function overAt(
	one: Pick<BoundsChange, "end" | "over" | "outcome">,
): number {
	const isKnown = one.outcome !== "indeterminate";
	return (isKnown ? one.end : one.over) ?? Infinity;
}

/** Tells whether a reset that had begun by then may have taken an amount. */
export function mayBeTaken(
	{ resets }: Course,
	{ begin }: Amount,
	until: number,
): boolean {
	return resets.some((one) => one.begin <= until && overAt(one) >= begin);
}

/** Tells whether a reset that returned before then has taken an amount. */
export function isTaken(
	{ resets }: Course,
	{ over }: Amount,
	before: number,
): boolean {
	return resets.some(
		({ begin, end = Infinity, outcome }) =>
			outcome === "acknowledged" && over < begin && end < before,
	);
}

/** Lists how far a counter may have been allowed to go in a time. */
export function limitsOf(
	{ changes, direction }: Course,
	from: number,
	to: number,
): number[] {
	const isReplaced = (over: number) =>
		changes.some(
			({ outcome, begin, end = Infinity }) =>
				outcome === "acknowledged" && over < begin && end < from,
		);
	return [
		...(isReplaced(-Infinity) ? [] : [Infinity]),
		...changes
			.filter((one) => one.begin <= to && !isReplaced(overAt(one)))
			.map(({ bounds }) => direction.limit(bounds)),
	];
}
