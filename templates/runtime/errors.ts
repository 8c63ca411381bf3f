import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { errorText } from "./log.ts";
import { CounterProblem, problemResponse } from "./problem.ts";

/** Answers whatever a handler throws; what is not expected shows no internals. */
export function answerErrors(error: Error): Response {
	if (error instanceof CounterProblem) return problemResponse(error.problem);
	if (error instanceof HTTPException) return error.getResponse();
	console.error(
		JSON.stringify({
			level: "error",
			event: "request-failed",
			error: errorText(error),
			stack: error.stack?.replace(String(error), () => errorText(error)),
		}),
	);
	return problemResponse({
		code: "internal-error",
		status: 500,
		title: "Something went wrong",
		detail:
			"The log says what. It is not known whether an increment was counted",
	});
}

export function answerNotFound(c: Context): Response {
	return problemResponse({
		code: "not-found",
		status: 404,
		title: "There is nothing here",
		detail: `No route answers ${c.req.path}`,
	});
}

export function answerMethodNotAllowed(
	c: Context,
	methods: readonly string[],
): Response {
	// HEAD comes with GET, but not where GET changes something.
	const allow = methods.filter((method) => method !== "HEAD").join(", ");
	return problemResponse(
		{
			code: "method-not-allowed",
			status: 405,
			title: "The method is not allowed",
			detail: `${c.req.path} answers ${allow}; \`methods\` in counters.yaml decides`,
		},
		{ Allow: allow },
	);
}
