import type { BatchSlots } from "../history/contract.ts";
import { within } from "../names.ts";
import { age, type FailureCounts, type ShardHealth } from "../object/health.ts";
import {
	type Amount,
	entrySizeOf,
	type Holdings,
	type NameChoice,
	type SlotItem,
} from "../protocol.ts";

/** Counts that go to the global object together, as one batch. */
export interface ShardBatch {
	/** Number of the batch. */
	readonly seq: number;
	/** Moment of its first increment; milliseconds since 1970. */
	readonly since: number;
	/** Requests counted into it. */
	requests: number;
	/** Sum of the absolute increments: no counter in it can be further from 0. */
	volume: number;
	/** Size in characters: see {@link sizeOf}. */
	size: number;
	readonly deltas: Map<string, number>;
	/** The same by slot, where history is kept. */
	readonly slots: BatchSlots | undefined;
}

/** No counts yet, for the batch of that number. */
export function emptyBatch(
	seq: number,
	since: number,
	slots?: BatchSlots,
): ShardBatch {
	const deltas = new Map<string, number>();
	return { seq, since, requests: 0, volume: 0, size: 0, deltas, slots };
}

/** Entries that were committed together; their slot, where history is kept. */
export interface Stamped {
	slot?: number | undefined;
	entries: readonly Amount[];
}

/** Adds what some requests counted; `volume` is the sum of the absolutes. */
export function addToBatch(
	counts: ShardBatch,
	{ slot, entries }: Stamped,
	requests: number,
	volume: number,
): void {
	counts.requests += requests;
	counts.volume += volume;
	if (slot !== undefined) counts.size += counts.slots?.add(slot, entries) ?? 0;
	for (const [name, delta] of entries) {
		const sum = counts.deltas.get(name);
		if (sum === undefined) counts.size += entrySizeOf(name);
		counts.deltas.set(name, (sum ?? 0) + delta);
	}
}

/** Sums up what batches after a number have of a counter. */
export function sumOf(
	batches: readonly (ShardBatch | undefined)[],
	name: string,
	after: number,
): number {
	return batches.reduce(
		(sum, one) =>
			one && one.seq > after ? sum + (one.deltas.get(name) ?? 0) : sum,
		0,
	);
}

/** Batches that a shard holds, as far as they are of some names. */
export function holdingsOf(
	sealed: ShardBatch | undefined,
	open: ShardBatch | undefined,
	choice: NameChoice | undefined,
	most: number,
): Omit<Holdings, "epoch" | "seq" | "mark"> {
	const size = (sealed?.size ?? 0) + (open?.size ?? 0);
	// A list of names is an answer's bound, too.
	if (size > most && !choice?.names)
		return { sealed: [], pending: [], omitted: countersOf(sealed, open) };
	const entries = {
		sealed: within(sealed?.deltas ?? new Map(), choice),
		pending: within(open?.deltas ?? new Map(), choice),
	};
	if (!choice?.slots) return entries;
	return {
		...entries,
		sealedSlots: slotsOf(sealed, choice),
		pendingSlots: slotsOf(open, choice),
	};
}

function slotsOf(
	counts: ShardBatch | undefined,
	choice: NameChoice,
): SlotItem[] {
	const parts = counts?.slots?.list(choice) ?? [];
	return parts.flatMap(([slot, entries]) =>
		entries.map((one) => [slot, ...one] as const),
	);
}

/** Reports the health of a shard that holds these batches. */
export function healthOf(
	sealed: ShardBatch | undefined,
	open: ShardBatch | undefined,
	failures: FailureCounts,
	now: number,
): ShardHealth {
	return {
		requests: (sealed?.requests ?? 0) + (open?.requests ?? 0),
		counters: countersOf(sealed, open),
		size: open?.size ?? 0,
		lag: age((sealed ?? open)?.since, now),
		failures,
	};
}

function countersOf(...batches: readonly (ShardBatch | undefined)[]): number {
	return batches.reduce((sum, one) => sum + (one?.deltas.size ?? 0), 0);
}
