import { firstOf } from "../paging.ts";
import type { Entry } from "../protocol.ts";
import type { Buckets, PastPart } from "./contract.ts";

/** Counters that are answered with all of their past at once. */
export const MAX_PART_NAMES = 1_000;

/** Buckets past which an answer has no further counter: some 2 MB. */
const ENOUGH_POINTS = 50_000;

/**
 * Adds the past to totals of the same step, counter by counter until it is enough.
 *
 * @param totals those of a part, of which `limit` are asked for
 * @param part is without them; `last` is the end of the part
 */
export function pastPart(
	totals: readonly Entry[],
	limit: number,
	bucketsOf: (name: string) => Buckets,
	part: Omit<PastPart, "entries">,
): PastPart {
	const { entries, last = part.last } = firstOf(totals, limit);
	const answer: PastPart = { ...part, entries: [], last };
	let points = 0;
	for (const [n, [name, total]] of entries.entries()) {
		const buckets = bucketsOf(name);
		answer.entries.push([name, total, buckets]);
		for (const list of Object.values(buckets)) points += list.length;
		if (points >= ENOUGH_POINTS && n < entries.length - 1)
			return { ...answer, last: name };
	}
	return answer;
}
