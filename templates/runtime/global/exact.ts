import type { Missing } from "../history/contract.ts";
import { compareNames } from "../names.ts";
import { addUp, type Entry, type Holdings } from "../protocol.ts";

/** Holds what a shard answered. */
export interface ShardState {
	holdings: Holdings;
	/** Its last batch of that epoch that is in the totals; 0 before the first. */
	applied: number;
}

/**
 * Totals plus whatever of the shards' holdings is not in them: each increment
 * once, within the range that totals have, in the order of names. `applied`
 * must have been read together with the totals, after the last shard answered.
 */
export function exactTotals(
	totals: readonly Entry[],
	shards: readonly ShardState[],
): Entry[] {
	const sums = addUp([
		totals,
		...shards.flatMap(missingOf).map(({ entries }) => entries),
	]);
	sums.sort(([a], [b]) => compareNames(a, b));
	return sums.map(([name, sum]) => [
		name,
		Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, sum)),
	]);
}

/** Lists what of a shard's holdings is not in the totals, with its slots. */
export function missingOf({ holdings, applied }: ShardState): Missing[] {
	const { seq, sealedSlots = [], pendingSlots = [] } = holdings;
	const sealed = { entries: holdings.sealed, slots: sealedSlots };
	const pending = { entries: holdings.pending, slots: pendingSlots };
	if (applied < seq) return [sealed, pending];
	// Beyond seq, what was pending has been sealed and applied since.
	return applied === seq ? [pending] : [];
}
