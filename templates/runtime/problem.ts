/** A refusal as it crosses RPC and as it is answered over HTTP (RFC 9457). */
export interface Problem {
	/** Stable: the last part of the answer's `type`. */
	code: string;
	status: 400 | 401 | 404 | 405 | 422 | 429 | 500 | 503;
	title: string;
	/** What happened and what to do. */
	detail: string;
	/** Seconds after which a retry may succeed. */
	retryAfter?: number;
	/** Members of the answer besides those of RFC 9457. */
	extra?: Readonly<Record<string, unknown>>;
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

export function invalid(code: string, detail: string): CounterProblem {
	return new CounterProblem({
		code,
		status: 400,
		title: "The request is not valid",
		detail,
	});
}

/** A problem as a response: `application/problem+json`, never cached. */
export function problemResponse(
	{ code, status, title, detail, retryAfter, extra }: Problem,
	headers: Record<string, string> = {},
): Response {
	const type = `urn:problem-type:counter-gen:${code}`;
	return new Response(
		JSON.stringify({ type, title, status, detail, ...extra }),
		{
			status,
			headers: {
				"Content-Type": "application/problem+json",
				"Cache-Control": "no-store",
				...(retryAfter === undefined
					? {}
					: { "Retry-After": String(retryAfter) }),
				...headers,
			},
		},
	);
}
