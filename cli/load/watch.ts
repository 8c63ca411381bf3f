import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { CounterGenError } from "../errors.ts";

/** How a value is waited for, in milliseconds. */
export interface Patience {
	/** Between two readings. */
	pollMs: number;
	/** Before a value that has arrived is read once more. */
	settleMs: number;
	/** Since the value last moved, before it is given up. */
	patienceMs: number;
}

export interface Reading {
	/** The last value read; undefined if none could be. */
	value: number | undefined;
	/** Whether the value has stood still for so long that it will stay. */
	final: boolean;
	/** Why the last reading failed. */
	trouble?: string;
}

/**
 * Reads a value again and again. A reading that fails with a `CounterGenError`
 * counts as no movement, because a server may restart under load. Ends only
 * when its reader stops, or rejects when `signal` is aborted.
 */
export async function* watch(
	read: () => Promise<number>,
	{ pollMs, patienceMs }: Patience,
	signal: AbortSignal,
): AsyncGenerator<Reading> {
	let value: number | undefined;
	let movedAt = performance.now();
	for (;;) {
		let trouble: string | undefined;
		try {
			const now = await read();
			if (now !== value) movedAt = performance.now();
			value = now;
		} catch (error) {
			if (!(error instanceof CounterGenError)) throw error;
			trouble = error.message;
		}
		const final = performance.now() - movedAt > patienceMs;
		yield { value, final, ...(trouble !== undefined && { trouble }) };
		await sleep(pollMs, undefined, { signal });
	}
}
