import type { Problem } from "../problem.ts";
import type { Idempotency } from "./contract.ts";

/**
 * Stands for idempotency keys where they are off: refuses increments that have
 * one, and never touches the keys on disk. Code of before or after that takes
 * keys finds them there, each for its window.
 */
export const idempotencyOff: Idempotency = {
	windowMs: 0,
	address: async () => {
		throw new Error(keysOff.detail);
	},
	open: () => ({
		underWay: 0,
		// A Worker of older code may still send keys, …
		once: async () => ({ problem: keysOff }),
		refused: () => {},
		forget: () => {},
		record: (claimed, _, admit = () => "new") => ({
			verdicts: claimed.map((key, n) =>
				key ? { problem: keysOff } : admit(n),
			),
			remember: () => {},
		}),
		// … and a shard of older code may be about to count one that was counted
		// here. Without an answer it refuses, and counts nothing.
		claim: () => {
			throw new Error(keysOff.detail);
		},
	}),
};

/** Refuses an idempotency key where these are off. */
export const keysOff: Problem = {
	code: "idempotency-off",
	status: 400,
	title: "The request is not valid",
	detail: "Idempotency keys are off here: idempotencyWindow is 0",
};
