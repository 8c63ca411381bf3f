import type { Admission, Forget, Granted, Recall } from "../bounds/contract.ts";
import type { ClaimedKey, Verdict } from "../idempotency/contract.ts";
import { type Amount, addUp, type Entry } from "../protocol.ts";
import type { Outbox } from "./outbox.ts";

/** A request on its way to a commit. */
export interface Increment {
	entries: readonly Amount[];
	/** Sum of the absolute values. */
	volume: number;
	/** Size in characters: see `sizeOf`. */
	size: number;
	key: ClaimedKey | undefined;
	/** It counts toward the total alone. */
	isInNoBucket: boolean;
	/** Where totals have bounds, sums by name and loans that it has just been granted … */
	borrows?: {
		sums: readonly Entry[];
		granted: Granted | undefined;
		takeUp: (() => void) | undefined;
	};
	/** … or, in place of an increment, what is to be given back of loans. */
	recall?: Recall | Forget;
}

/** Counts nothing. */
export const NOTHING: Increment = {
	entries: [],
	volume: 0,
	size: 0,
	key: undefined,
	isInNoBucket: false,
};

/** Admits an increment, or gives back loans. */
export function admit(
	admission: Admission,
	item: Increment | undefined,
): Verdict {
	if (!item?.recall)
		return admission.admit(item?.borrows?.sums ?? [], item?.borrows?.granted);
	admission.giveBack(item.recall);
	// It has nothing to count.
	return "short";
}

/** Adds up increments: those that are in no bucket apart. */
export function partsOf(
	increments: readonly Increment[],
): Parameters<Outbox["add"]>[0] {
	const listsOf = (isInBucket: boolean) =>
		increments
			.filter(({ isInNoBucket }) => isInBucket !== isInNoBucket)
			.map(({ entries }) => entries);
	const parts = [
		{ isInBucket: true, entries: addUp(listsOf(true)) },
		// Not added up: each may belong to another bucket.
		{ isInBucket: false, entries: listsOf(false).flat() },
	];
	return parts.filter(({ entries }) => entries.length > 0);
}
