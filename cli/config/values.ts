import * as z from "zod";
import type { ProblemParams } from "./codes.ts";
import { durationPattern, formatDuration, parseDuration } from "./duration.ts";

/**
 * The kinds of values that the schema is made of. Their messages go on after
 * the key: "`shardCount` must be …".
 */

/** A whole number from `min` to `max`, both included. */
export function whole(min: number, max: number): z.ZodNumber {
	const error = `must be a whole number from ${count(min)} to ${count(max)}`;
	return z.int(error).min(min, error).max(max, error);
}

/**
 * Whole milliseconds from `min` to `max`, or 0, written as `5s` or as a number
 * of milliseconds. `zero` says what 0 means.
 */
export function duration(
	min: number,
	max: number,
	zero: string,
): z.ZodType<number> {
	const error = `must be a duration between ${formatDuration(min)} and ${formatDuration(max)}, such as 5s or 2m, or 0 for ${zero}`;
	const plain = `${error} (a plain number is milliseconds)`;
	return z
		.union(
			[
				z.literal(0),
				z.int(plain).min(min, plain).max(max, plain),
				z.string().regex(durationPattern, error),
			],
			error,
		)
		.transform((value) =>
			typeof value === "number" ? value : parseDuration(value),
		)
		.refine((ms) => ms === 0 || (ms >= min && ms <= max), {
			error,
			params: { code: "out-of-bounds" } satisfies ProblemParams,
		});
}

/** Text that matches; `form` says in words what the expression asks for. */
export function text(pattern: RegExp, form: string): z.ZodString {
	const error = `must be ${form}`;
	const wrongType = ({ input }: { input?: unknown }) =>
		["number", "boolean"].includes(typeof input) && pattern.test(String(input))
			? `${error}, in quotes`
			: error;
	return z.string({ error: wrongType }).regex(pattern, error);
}

/** A list of `item`s, none of them twice; an example says how one is written. */
export function list<T extends z.ZodType<string>>(
	item: T,
	example: string,
): z.ZodArray<T> {
	return z
		.array(item, `must be a list, such as ${example}`)
		.refine((all) => new Set(all).size === all.length, {
			error: "must not hold the same entry twice",
		});
}

/** A map of known keys. One that is left empty takes the defaults of all. */
export function section<S extends z.core.$ZodShape>(
	shape: S,
): z.ZodType<z.output<z.ZodObject<S>>> {
	return z.preprocess(
		(value) => value ?? {},
		z.strictObject(shape, "must be a map of keys"),
	);
}

/** 10,000 with a comma, 1000 without. Loading Intl for it takes 15 ms. */
function count(number: number): string {
	const digits = String(number);
	return /\d{5}/.test(digits)
		? digits.replaceAll(/\B(?=(\d{3})+$)/g, ",")
		: digits;
}
