import type { Context } from "hono";
import { logger, unexpected } from "../log.ts";
import { CounterProblem, type Problem } from "../problem.ts";
import { answerProblem } from "./answer.ts";

/** Answers whatever a handler throws. */
export function answerErrors(error: Error): Response {
	return answerProblem(toProblem(error));
}

/**
 * Makes a problem of anything that was thrown. Of what is not expected it shows
 * no internals: the log has them, under the id that the answer has too.
 */
export function toProblem(error: Error): Problem {
	const problem = expected(error);
	if (problem) return problem;
	const details = unexpected(error);
	logger("error", {})("error", "request-failed", details);
	return {
		code: "internal-error",
		status: 500,
		title: "Something went wrong",
		detail:
			"The log says what, under the `instance` of this answer. It is not known whether an increment was counted",
		extra: { instance: details.instance },
	};
}

/** Makes the problem of an error that is expected to happen; undefined for any other. */
export function expected(error: unknown): Problem | undefined {
	if (error instanceof CounterProblem) return error.problem;
	return isTransient(error as Error) ? objectUnavailable : undefined;
}

/**
 * Recognises an object that has too much to do, or that the platform just moved,
 * restarted or gave new code: it marks such errors.
 * https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
function isTransient(error: Error): boolean {
	const { overloaded, retryable, durableObjectReset } = error as Error &
		Partial<Record<"overloaded" | "retryable" | "durableObjectReset", boolean>>;
	return Boolean(overloaded || retryable || durableObjectReset);
}

const objectUnavailable: Problem = {
	code: "object-unavailable",
	status: 503,
	title: "A Durable Object is overloaded or just restarts",
	detail:
		"Try again in a few seconds. It is not known whether an increment was counted: with an Idempotency-Key, repeating it is safe",
	retryAfter: 5,
};

/** Refusal of a read, a reset or whatever else only the global object can answer. */
export const globalUnreachable: Problem = {
	code: "global-unreachable",
	status: 503,
	title: "The global object does not answer",
	detail:
		"Counters that are known go on counting, and nothing is lost. Try again in a few seconds",
	retryAfter: 5,
};

export function answerNotFound(c: Context): Response {
	return answerProblem({
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
	return answerProblem({
		code: "method-not-allowed",
		status: 405,
		title: "The method is not allowed",
		detail: `${c.req.path} answers ${allow}. (Only what counts, resets or flushes can answer GET besides: \`methods\` in counters.yaml decides)`,
		headers: { Allow: allow },
	});
}
