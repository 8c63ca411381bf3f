import type { Past, PastPart } from "../history/contract.ts";
import { firstOf } from "../paging.ts";
import type { Entry } from "../protocol.ts";
import { exactTotals, missingOf, type ShardState } from "./exact.ts";

/** Counters that are answered with all of their past at once. */
export const MAX_PAST_NAMES = 1_000;

/** Buckets past which an answer has no further counter: some 2 MB. */
const ENOUGH_POINTS = 50_000;

/**
 * Adds the past to totals of the same step, counter by counter until it is enough.
 *
 * @param totals up to `end`, of which `limit` are asked for, and what shards hold
 */
export function pastPart(
	{
		known,
		states,
		limit,
		end,
	}: {
		known: readonly Entry[];
		states: readonly ShardState[];
		limit: number;
		end: string | undefined;
	},
	past: Past,
	now: number,
): PastPart {
	const totals = firstOf(exactTotals(known, states), limit);
	const bucketsOf = past.buckets(now, states.flatMap(missingOf));
	const part: PastPart = {
		entries: [],
		timeZone: past.timeZone,
		asOf: now,
		last: totals.last ?? end,
	};
	let points = 0;
	for (const [n, [name, total]] of totals.entries.entries()) {
		const buckets = bucketsOf(name);
		part.entries.push([name, total, buckets]);
		for (const list of Object.values(buckets)) points += list.length;
		if (points >= ENOUGH_POINTS && n < totals.entries.length - 1)
			return { ...part, last: name };
	}
	return part;
}
