import * as z from "zod";
import { section, whole } from "./kinds.ts";
import type { ProblemParams } from "./problem.ts";

/** Bounds that no counter's total passes; at least one of `min` and `max`. */
export interface Total {
	min?: number;
	max?: number;
	/** They are of what is counted in each; without it of the total. */
	per?: "hour" | "day" | "month";
}

const bounds = {
	min: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
		.exactOptional()
		.describe("The least that a total may be.")
		.meta({ examples: [0] }),
	max: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
		.exactOptional()
		.describe("The most that a total may be.")
		.meta({ examples: [1_000] }),
	per: z
		.enum(["hour", "day", "month"], "must be hour, day or month")
		.exactOptional()
		.describe(
			"The bounds are of what is counted in each hour, day or month of the `timeZone`, and begin anew with it.",
		)
		.meta({ examples: ["month"] }),
};

/** The keys of `total`. */
export const totalKeys: readonly string[] = Object.keys(bounds);

/** In `defaults`, where each key may stand alone. */
export const sharedTotal: z.ZodType<Total | undefined> = section(bounds)
	.optional()
	.describe(
		"Bounds that no counter's total passes, each whole number within ±(2^53 − 1): what would is refused, and nothing of it counted. /limits sets others for one counter. Default: none.",
	)
	.meta({
		examples: [{ min: 0 }, { max: 1_000 }, { max: 100, per: "month" }],
	});

/** In a namespace, once `defaults` are merged in. */
export const total: z.ZodType<Total | undefined> = sharedTotal
	.refine(
		(one) =>
			one === undefined || one.min !== undefined || one.max !== undefined,
		{
			error: "must have a `min`, a `max`, or both",
			params: { fix: "write `total: { max: 1000 }`" } satisfies ProblemParams,
		},
	)
	.refine(
		({ min, max } = {}) => min === undefined || max === undefined || min <= max,
		"must have a `min` that is not above its `max`",
	);

/**
 * Adds an issue where no increment that is allowed fits between the bounds. Bounds
 * that leave no room at all are meant: a counter is then open once /limits says so.
 */
export function checkTotal(
	{
		total,
		increment,
	}: {
		total: Total | undefined;
		increment: { min: number; max: number };
	},
	context: z.RefinementCtx,
): void {
	if (!total) return;
	const lowest = increment.min < 0 ? Number.NEGATIVE_INFINITY : 0;
	const { min = lowest, max = Number.POSITIVE_INFINITY } = total;
	const room = max - min;
	const smallest = Math.max(1, increment.min, -increment.max);
	if (room <= 0 || room >= smallest) return;
	context.addIssue({
		code: "custom",
		path: ["total"],
		message: `leaves room for ${room}, and the smallest increment is ${smallest}`,
		params: {
			code: "contradiction",
			why: "every increment would be refused",
			fix: "widen the bounds, or allow smaller increments under `increment`",
		} satisfies ProblemParams,
	});
}
