/** What can be wrong; none ever changes its meaning. */
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
	| "invalid-body"
	| "invalid-counter-name"
	| "invalid-cursor"
	| "invalid-entries"
	| "invalid-idempotency-key"
	| "invalid-increment"
	| "invalid-limit"
	| "invalid-read"
	| "kv-page-gone"
	| "kv-unavailable"
	| "method-not-allowed"
	| "not-found"
	| "object-unavailable"
	| "prefetch-not-counted"
	| "rate-limited"
	| "secret-not-set"
	| "secret-not-usable"
	| "shard-full"
	| "shard-unreachable"
	| "storage-full"
	| "too-many-counters"
	| "too-much-held"
	| "unauthorized"
	| "unknown-counter"
	| "unknown-shard";

/** A refusal as it crosses RPC and as it is answered over HTTP (RFC 9457). */
export interface Problem {
	/** Stable: the last part of the answer's `type`. */
	code: ProblemCode;
	status: 400 | 401 | 403 | 404 | 405 | 413 | 422 | 429 | 431 | 500 | 503;
	title: string;
	/** What happened and what to do. */
	detail: string;
	/** Seconds after which a retry may succeed. */
	retryAfter?: number;
	/** Members of the answer besides type, title, status and detail. */
	extra?: Readonly<Record<string, unknown>>;
	/** Headers of the answer that belong to the refusal. */
	headers?: Readonly<Record<string, string>>;
}

/** What a method answers that refuses: errors lose their class across RPC. */
export interface Refusal {
	problem: Problem;
}

/** Thrown by stubs and handlers; the router answers it as problem+json. */
export class CounterProblem extends Error {
	readonly problem: Problem;

	constructor(problem: Problem) {
		super(problem.detail);
		this.name = "CounterProblem";
		this.problem = problem;
	}
}

/** Turns a refusal back into what a caller expects: an exception. */
export function accepted<T>(answer: T | Refusal): T {
	if (answer !== null && typeof answer === "object" && "problem" in answer)
		throw new CounterProblem(answer.problem);
	return answer as T;
}

export function invalid(code: ProblemCode, detail: string): CounterProblem {
	return new CounterProblem({
		code,
		status: 400,
		title: "The request is not valid",
		detail,
	});
}
