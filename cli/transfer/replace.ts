import { BATCH, batches, type Move } from "./batches.ts";
import type { Wanted } from "./parse.ts";
import type { Sender } from "./send.ts";
import type { Expected } from "./verify.ts";

/** A namespace that always says it had counted all before must not hold us. */
const MOST_ATTEMPTS = 100;

/**
 * Makes each counter its value by adding the difference: no moment passes in
 * which a counter is lost, and others who count it meanwhile are not undone.
 *
 * @param before the exact totals now
 * @param readAgain reads the exact totals of some counters
 * @param onLine called with the last line that has been counted
 */
export async function replace(
	wanted: readonly Wanted[],
	before: ReadonlyMap<string, number>,
	readAgain: (some: readonly Wanted[]) => Promise<ReadonlyMap<string, number>>,
	sender: Sender,
	onLine: (line: number) => void,
): Promise<Expected[]> {
	// The same pieces each time, so that a run that is started again sends the
	// requests of the first, should one of them still be on its way.
	for (let from = 0; from < wanted.length; from += BATCH) {
		const piece = wanted.slice(from, from + BATCH);
		let totals = before;
		for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
			let isRepeated = false;
			const moves = piece.flatMap((one) => movesTo(one, totals));
			for (const batch of batches(moves, (move) => move))
				isRepeated = (await sender.send(batch, attempt)) || isRepeated;
			if (!isRepeated) break;
			// It had been counted before: perhaps on the way to what was read, or
			// long ago, and the counters have moved since. (Or both requests of a
			// long way were equal.)
			totals = await readAgain(piece);
		}
		onLine(piece.at(-1)?.line ?? 0);
	}
	return wanted.map(({ counter, value }) => ({
		counter,
		min: value,
		max: value,
	}));
}

/** None if the total is right; two if the way is longer than a number holds. */
function movesTo(
	{ counter, value }: Wanted,
	totals: ReadonlyMap<string, number>,
): Move[] {
	const total = totals.get(counter);
	if (total === value) return [];
	const by = value - (total ?? 0);
	if (Number.isSafeInteger(by)) return [[counter, by]];
	return [
		[counter, -(total ?? 0)],
		[counter, value],
	];
}
