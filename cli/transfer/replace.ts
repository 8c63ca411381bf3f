import { type Past, UNITS } from "../client/past.ts";
import { amountsOf, differences, type Move } from "./amounts.ts";
import { BATCH_COUNTERS, batches } from "./batches.ts";
import type { Wanted } from "./counters.ts";
import type { Known } from "./known.ts";
import type { Sender } from "./send.ts";
import type { Expected } from "./verify.ts";

/** Gives up on a namespace that always answers with a repetition. */
const MAX_ATTEMPTS = 100;

/**
 * Makes each counter its value by adding the difference: no moment passes in
 * which a counter is lost, and others who count it meanwhile are not undone.
 *
 * @param read reads the exact totals of some counters
 * @param onLine called with the last line up to which all have been counted
 */
export async function replace(
	wanted: readonly Wanted[],
	read: (some: readonly Wanted[]) => Promise<Known>,
	sender: Sender,
	onLine: (line: number) => void,
): Promise<Expected[]> {
	// The same pieces each time, so that a run that is started again sends the
	// requests of the first, should one of them still be on its way.
	const pieceAt = (from: number) => wanted.slice(from, from + BATCH_COUNTERS);
	let open: number[] = [];
	for (let from = 0; from < wanted.length; from += BATCH_COUNTERS)
		open.push(from);

	for (let attempt = 0; open.length > 0 && attempt < MAX_ATTEMPTS; attempt++) {
		// A reading takes all pages, however few counters it is for: one is for
		// all pieces that are open.
		const known = await read(open.flatMap(pieceAt));
		const repeated: number[] = [];
		for (const [n, from] of open.entries()) {
			const moves = pieceAt(from).flatMap((one) => movesTo(one, known));
			// Counted before: perhaps on the way to what was read, or long ago, and
			// the counters have moved since. (Or both requests of a long way were
			// equal.)
			if (await sendAll(sender, moves, attempt)) repeated.push(from);
			else if (repeated.length === 0) {
				const next = open[n + 1] ?? wanted.length;
				onLine(wanted[next - 1]?.line ?? 0);
			}
		}
		open = repeated;
	}
	return wanted.map(({ counter, value }) => ({
		counter,
		min: value,
		max: value,
	}));
}

/**
 * Sends moves; returns true if any of them had been counted before, and was not
 * now.
 */
async function sendAll(
	sender: Sender,
	moves: readonly Move[],
	attempt: number,
): Promise<boolean> {
	let isRepeated = false;
	for (const batch of batches(moves, (move) => move))
		isRepeated = (await sender.send(batch, attempt)) || isRepeated;
	return isRepeated;
}

/**
 * Lists the moves to a value, and to its past where the file has one: none if all is
 * right; two if the way is longer than a number holds.
 */
function movesTo(
	{ counter, value, past }: Wanted,
	{ totals, pasts }: Known,
): Move[] {
	const total = totals.get(counter);
	if (past !== undefined && pasts) {
		const wanted: Past = JSON.parse(past);
		const there: Past = JSON.parse(pasts.get(counter) ?? "{}");
		// Kinds of buckets that the file does not speak of stay as they are.
		for (const unit of UNITS) if (!wanted[unit]) delete there[unit];
		const moves = differences(
			amountsOf(counter, total ?? 0, there),
			amountsOf(counter, value, wanted),
		);
		const isSafe = moves.every(([, by]) => Number.isSafeInteger(by));
		if (isSafe && (moves.length > 0 || total !== undefined)) return moves;
	}
	if (total === value) return [];
	const by = value - (total ?? 0);
	if (Number.isSafeInteger(by)) return [[counter, by]];
	return [
		[counter, -(total ?? 0)],
		[counter, value],
	];
}
