import type { Move } from "./amounts.ts";

/** Counters, or amounts of them, that one request may raise. */
export const BATCH_COUNTERS = 10_000;

/** Bytes of JSON in a request; a server takes 4 MiB. */
const BATCH_BYTES = 3 * 1024 * 1024;

/**
 * Cuts a list into requests that a server takes: at most 10,000 counters and 3
 * MiB, and numbers whose absolutes add up to no more than 2^53 − 1. The same
 * list is always cut alike.
 */
export function* batches<T>(
	list: Iterable<T>,
	moveOf: (one: T) => Move,
): Generator<T[]> {
	let batch: T[] = [];
	let volume = 0;
	let bytes = 0;
	for (const one of list) {
		const move = moveOf(one);
		const amount = Math.abs(move[1]);
		const size = Buffer.byteLength(JSON.stringify(move));
		if (
			batch.length === BATCH_COUNTERS ||
			bytes + size > BATCH_BYTES ||
			// Avoids a sum that may be past what a number holds exactly.
			volume > Number.MAX_SAFE_INTEGER - amount
		) {
			yield batch;
			batch = [];
			volume = 0;
			bytes = 0;
		}
		batch.push(one);
		volume += amount;
		bytes += size;
	}
	if (batch.length > 0) yield batch;
}
