/** Codes of everything that can be wrong; none ever changes its meaning. */
export type ProblemCode =
	| "body-too-large"
	| "bot-not-counted"
	| "busy"
	| "global-unreachable"
	| "header-too-large"
	| "idempotency-key-required"
	| "idempotency-key-reused"
	| "idempotency-key-unsettled"
	| "idempotency-off"
	| "idempotency-window-short"
	| "internal-error"
	| "invalid-badge"
	| "invalid-body"
	| "invalid-bounds"
	| "invalid-counter-name"
	| "invalid-cursor"
	| "invalid-entries"
	| "invalid-history"
	| "invalid-idempotency-key"
	| "invalid-increment"
	| "invalid-limit"
	| "invalid-read"
	| "invalid-since"
	| "kv-page-gone"
	| "kv-unavailable"
	| "limit-outstanding"
	| "limit-reached"
	| "limit-unsettled"
	| "limits-off"
	| "live-full"
	| "method-not-allowed"
	| "not-found"
	| "object-unavailable"
	| "origin-not-allowed"
	| "prefetch-not-counted"
	| "quota-reached"
	| "rate-limited"
	| "reset-not-allowed"
	| "secret-not-set"
	| "secret-not-usable"
	| "shard-full"
	| "shard-unreachable"
	| "storage-full"
	| "too-many-counters"
	| "too-many-names"
	| "too-much-held"
	| "top-not-published"
	| "unauthorized"
	| "unknown-counter"
	| "unknown-namespace"
	| "unknown-shard"
	| "upgrade-required";

/** Says why a request was refused, over RPC and over HTTP alike (RFC 9457). */
export interface Problem {
	/** Stable: the last part of the answer's `type`. */
	code: ProblemCode;
	status:
		| 400
		| 401
		| 403
		| 404
		| 405
		| 409
		| 413
		| 422
		| 426
		| 429
		| 431
		| 500
		| 503;
	title: string;
	/** Says in a sentence or two the reason and the next step. */
	detail: string;
	/** Seconds after which a retry may succeed. */
	retryAfter?: number;
	/** Members of the answer besides type, title, status and detail. */
	extra?: Readonly<Record<string, unknown>>;
	/** Headers of the answer that belong to the refusal. */
	headers?: Readonly<Record<string, string>>;
}

/** Carries a problem over RPC, where errors lose their class. */
export interface Refusal {
	problem: Problem;
}

/**
 * Says why a stub refused: everything that can be wrong with a request, or with
 * what it needs, is thrown as one of these. Over HTTP it is problem+json. Over RPC
 * it keeps its name, `code`, `status` and `problem`, and loses its class.
 *
 * @example
 * try {
 * 	await Metrics.shardStub(env).increment("signups");
 * } catch (error) {
 * 	if (!(error instanceof CounterProblem)) throw error;
 * 	const { code, detail, retryAfter } = error.problem;
 * 	console.warn(code, detail, retryAfter ?? "no use to retry");
 * }
 */
export class CounterProblem extends Error {
	/** Stable: says what is wrong. */
	readonly code: ProblemCode;
	/** Status that HTTP answers it with. */
	readonly status: Problem["status"];
	readonly problem: Problem;

	constructor(problem: Problem) {
		super(problem.detail);
		this.name = "CounterProblem";
		this.code = problem.code;
		this.status = problem.status;
		this.problem = problem;
	}
}

/** Returns an answer, or throws the refusal that stands in its place. */
export function accepted<T>(answer: T | Refusal): T {
	if (answer !== null && typeof answer === "object" && "problem" in answer)
		throw new CounterProblem(answer.problem);
	return answer as T;
}

/** Refuses a question for the past where none is kept. */
export const noHistory: Refusal = {
	problem: {
		code: "invalid-history",
		status: 400,
		title: "The request is not valid",
		detail: "No history is kept here: set `history` in counters.yaml",
	},
};

/** Makes the problem of a request that is not valid (400). */
export function invalid(code: ProblemCode, detail: string): CounterProblem {
	return new CounterProblem({
		code,
		status: 400,
		title: "The request is not valid",
		detail,
	});
}

/** Refuses a question for the highest of all time where these are not published. */
export function topNotPublished(): CounterProblem {
	return invalid(
		"invalid-history",
		"Ask for those of a minute, hour or day with `by`, or set `top` of this namespace in counters.yaml for those of all time",
	);
}
