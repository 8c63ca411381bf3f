import { CounterGenError } from "../errors.ts";
import { amountsOf, type Move } from "./amounts.ts";
import { batches } from "./batches.ts";
import type { Wanted } from "./counters.ts";
import type { Known } from "./known.ts";
import type { Sender } from "./send.ts";
import type { Expected } from "./verify.ts";

/** Outcome for the amounts of a counter. */
interface Sums {
	/** Counted by this run. */
	counted: number;
	/** Counted already, by this run or an earlier one: what rises, and what falls. */
	up: number;
	down: number;
}

/**
 * Adds the values, in the order of the file.
 *
 * @param before the exact totals now
 * @param onLine called with the last line that has been counted
 * @returns the totals that must be there now, if nobody else counts
 * @throws CounterGenError `beyond-range`, before anything is sent, if a total
 * would stop short of the sum
 */
export async function add(
	wanted: readonly Wanted[],
	before: Known,
	sender: Sender,
	onLine: (line: number) => void,
): Promise<Expected[]> {
	checkRange(wanted, before.totals);
	const sums = new Map<string, Sums>();
	const moves = movesOf(wanted, before.pasts !== undefined);
	for (const batch of batches(moves, ({ move }) => move)) {
		const isRepeated = await sender.send(batch.map(({ move }) => move));
		for (const { move } of batch) note(sums, move, isRepeated);
		const last = batch.at(-1);
		if (last) onLine(last.isLast ? last.line : last.line - 1);
	}
	return [...sums].map(([counter, sum]) => ({
		counter,
		...boundsOf(before.totals.get(counter) ?? 0, sum),
	}));
}

/** Lists what is to be added, each with its line, of which it may be the last. */
function* movesOf(
	wanted: readonly Wanted[],
	withPast: boolean,
): Generator<{ move: Move; line: number; isLast: boolean }> {
	for (const { counter, value, past, line } of wanted) {
		const moves =
			withPast && past !== undefined
				? amountsOf(counter, value, JSON.parse(past))
				: [[counter, value] as const];
		for (const [n, move] of moves.entries())
			yield { move, line, isLast: n === moves.length - 1 };
	}
}

function note(
	sums: Map<string, Sums>,
	[counter, by]: Move,
	isRepeated: boolean,
): void {
	const sum = sums.get(counter) ?? { counted: 0, up: 0, down: 0 };
	sums.set(counter, sum);
	if (!isRepeated) sum.counted += by;
	else if (by > 0) sum.up += by;
	else sum.down += by;
}

/**
 * Bounds a total. Nobody can know if `was` has what had been counted already: the
 * request may have been this run's own, whose answer was lost. But the total must
 * hold it, or a reset came since.
 */
function boundsOf(
	was: number,
	{ counted, up, down }: Sums,
): Omit<Expected, "counter"> {
	let [min, max] = [was + down, was + up];
	if (down === 0) min = was < 0 ? was : Math.max(was, up);
	else if (up === 0) max = was > 0 ? was : Math.min(was, down);
	return { min: min + counted, max: max + counted };
}

function checkRange(
	wanted: readonly Wanted[],
	before: ReadonlyMap<string, number>,
): void {
	const beyond = wanted.filter(
		({ counter, value }) =>
			!Number.isSafeInteger((before.get(counter) ?? 0) + value),
	);
	const [first] = beyond;
	if (!first) return;
	const { counter, value } = first;
	const others = beyond.length - 1;
	throw new CounterGenError({
		code: "beyond-range",
		what: `${counter} is ${before.get(counter)}; with ${value} more it would pass ±(2^53 − 1)${others > 0 ? `, and so would ${others} other${others === 1 ? "" : "s"}` : ""}`,
		why: "a total stands still there; nothing was sent",
		fix: "if an interrupted import of this file brought it there, --mode replace finishes that; else leave the counter out",
	});
}
