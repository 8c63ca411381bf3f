import * as z from "zod";
import { durationPattern, formatDuration, parseDuration } from "./duration.ts";
import type { ProblemParams } from "./problem.ts";

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
	return milliseconds([z.literal(0)], min, max, error);
}

/** Whole milliseconds from `min` to `max`, such as `7d`, for which something is kept. */
export function retention(
	min: number,
	max: number,
	example: string,
): z.ZodType<number> {
	const error = `must be a duration between ${formatDuration(min)} and ${formatDuration(max)}, such as ${example}`;
	return milliseconds([], min, max, error);
}

function milliseconds(
	others: z.ZodLiteral<0>[],
	min: number,
	max: number,
	error: string,
): z.ZodType<number> {
	const plain = `${error} (a plain number is milliseconds)`;
	return z
		.union(
			[
				...others,
				z.int(plain).min(min, plain).max(max, plain),
				z.string().regex(durationPattern, error),
			],
			error,
		)
		.transform((value) =>
			typeof value === "number" ? value : parseDuration(value),
		)
		.refine(
			(ms) => (others.length > 0 && ms === 0) || (ms >= min && ms <= max),
			{
				error,
				params: { code: "out-of-bounds" } satisfies ProblemParams,
			},
		);
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
	return (
		z
			.array(item, `must be a list, such as ${example}`)
			.refine((all) => new Set(all).size === all.length, {
				error: "must not hold the same entry twice",
			})
			// The refinement above, as a JSON schema says it.
			.meta({ uniqueItems: true })
	);
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

/**
 * Matches paths of URLs, as they are written and as they are decoded. Clients take `.`
 * and `..` out of a path.
 */
const PATH_NAMES =
	"^(?!\\.{1,2}(?:/|$))(?!.*/\\.{1,2}(?:/|$))[\\p{L}\\p{M}\\p{N} ._~!$&'()*+,;=:@%/-]{1,256}$";

/** A regular expression, a list of the names that counters may have, or `path`. */
export function names(): z.ZodType<string | string[]> {
	const error = "must be a regular expression, or a list of names";
	const expression = z
		.string(error)
		.min(1, error)
		.superRefine((source, context) => {
			try {
				new RegExp(source, "u");
			} catch (problem) {
				context.addIssue({
					code: "custom",
					message: "must be a valid regular expression",
					// The engine repeats the expression first, then says why.
					params: { why: String(problem).split(": ").at(-1) },
				});
			}
		});
	const name = text(/^.{1,128}$/s, "a name of 1 to 128 characters").regex(
		/^(?!\.\.?$)/,
		"must not be . or .., which clients take out of a URL",
	);
	const atLeastOne = list(name, "[likes, shares]").min(
		1,
		"must hold at least one name",
	);
	return z
		.union([expression, atLeastOne], error)
		.transform((names) => (names === "path" ? PATH_NAMES : names));
}

/** HTTP methods that count: POST, and GET if wanted. Answers GET first. */
export function methods(): z.ZodType<("GET" | "POST")[]> {
	return list(z.enum(["GET", "POST"], "must be GET or POST"), "[GET, POST]")
		.refine((all) => all.includes("POST"), {
			error: "must contain POST",
			params: { fix: "write [GET, POST] or [POST]" },
		})
		.meta({ contains: { pattern: "^POST$|\\$\\{" } })
		.transform((all) => all.toSorted());
}

/** Matches an origin whose host begins with a star, below a domain or localhost. */
const starred = /^(https?:\/\/)\*(\.(?:[^*]+\.[^*]+|localhost(?::\d+)?))$/i;

/** Origins as a browser sends them, with a star for one label, or `*` alone. */
export function origins(): z.ZodType<string[]> {
	const error = "must be an origin, such as https://example.com";
	const origin = z.string(error).superRefine((value, context) => {
		if (value === "*") return;
		// Puts a label where the star stands, and the star back into the fix.
		const plain = value.replace(starred, "$1star$2");
		const url = URL.parse(plain);
		if (plain.includes("*"))
			context.addIssue({
				code: "custom",
				message:
					"may hold a star only for the first label below a domain, as in https://*.example.com",
				params: { fix: "list the origins that may call" },
			});
		else if (!url || !/^https?:$/.test(url.protocol))
			context.addIssue({ code: "custom", message: error });
		else if (url.origin !== plain)
			context.addIssue({
				code: "custom",
				message: `${error}: no path, no slash at the end, lower case`,
				params: {
					fix: `write ${plain === value ? url.origin : url.origin.replace("//star.", "//*.")}`,
				},
			});
	});
	// The refinement above, as far as an expression says it.
	const pattern = "^\\*$|^https?:\\/\\/(\\*\\.)?[^*\\/A-Z]+$|\\$\\{";
	const several = list(
		origin.meta({ pattern }),
		"[https://example.com]",
	).refine(
		(all) => all.length === 1 || !all.includes("*"),
		'must be only "*", or not contain it',
	);
	return z
		.union([z.literal("*"), several], 'must be a list of origins, or "*"')
		.transform((value) => (value === "*" ? ["*"] : value));
}

/** A day of the calendar, YYYY-MM-DD, from `earliest` to `latest`. */
export function dateWithin(
	earliest: string,
	latest: string,
): z.ZodType<string> {
	const error = `must be a date, YYYY-MM-DD, from ${earliest} to ${latest}`;
	return z.iso
		.date({ error, abort: true })
		.refine((day) => day >= earliest && day <= latest, {
			error,
			params: { code: "out-of-bounds" } satisfies ProblemParams,
		});
}
