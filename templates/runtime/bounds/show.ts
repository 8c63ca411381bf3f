import type { CounterLimit, Limit } from "./contract.ts";

/** Adds to a counter's bounds whose they are, and what is left of them. */
export function showLimit(counter: string, limit: Limit): CounterLimit {
	const { min, max, used } = limit;
	const remaining =
		max !== undefined ? max - used : min !== undefined ? used - min : undefined;
	return {
		counter,
		...limit,
		...(remaining !== undefined && {
			remaining: Math.min(Math.max(0, remaining), Number.MAX_SAFE_INTEGER),
		}),
	};
}
