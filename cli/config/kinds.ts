import * as z from "zod";
import type { ProblemParams } from "./codes.ts";
import { list, text } from "./values.ts";

/** A regular expression, or a list of the names that counters may have. */
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
	const name = text(/^.{1,128}$/s, "a name of 1 to 128 characters");
	const atLeastOne = list(name, "[likes, shares]").min(
		1,
		"must hold at least one name",
	);
	return z.union([expression, atLeastOne], error);
}

/** HTTP methods that count: POST, and GET if wanted. Answers GET first. */
export function methods(): z.ZodType<("GET" | "POST")[]> {
	return list(z.enum(["GET", "POST"], "must be GET or POST"), "[GET, POST]")
		.refine((all) => all.includes("POST"), {
			error: "must contain POST",
			params: { fix: "write [GET, POST] or [POST]" },
		})
		.transform((all) => all.toSorted());
}

/** Origins as a browser sends them, or `*` alone. */
export function origins(): z.ZodType<string[]> {
	const error = "must be an origin, such as https://example.com";
	const origin = z.string(error).superRefine((value, context) => {
		const url = URL.parse(value);
		if (value === "*") return;
		if (!url || !/^https?:$/.test(url.protocol))
			context.addIssue({ code: "custom", message: error });
		else if (url.origin !== value)
			context.addIssue({
				code: "custom",
				message: `${error}: no path, no slash at the end, lower case`,
				params: { fix: `write ${url.origin}` },
			});
	});
	const several = list(origin, "[https://example.com]").refine(
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
