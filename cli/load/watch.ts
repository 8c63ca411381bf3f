import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { CounterGenError } from "../errors.ts";

/** Times of a watch, in milliseconds. */
export interface WatchTimes {
	/** Between two readings. */
	pollMs: number;
	/** From the arrival of a value until it is read once more. */
	settleMs: number;
	/** From the last movement of a value until it is given up. */
	giveUpMs: number;
}

export interface Reading {
	/** The last value read; undefined if none could be. */
	value: number | undefined;
	/** Set if the value has stood still for so long that it will stay. */
	final: boolean;
	/** The failure of the last reading. */
	trouble?: string;
}

/**
 * Reads a value again and again. A reading that fails with a `CounterGenError`
 * counts as no movement, because a server may restart under load. Ends only
 * when its reader stops, or rejects when `signal` is aborted.
 */
export async function* watch(
	read: () => Promise<number>,
	{ pollMs, giveUpMs }: WatchTimes,
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
		const final = performance.now() - movedAt > giveUpMs;
		yield { value, final, ...(trouble !== undefined && { trouble }) };
		await sleep(pollMs, undefined, { signal });
	}
}
