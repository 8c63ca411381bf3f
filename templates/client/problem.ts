/** Refusal by the Worker, or a failure that no repetition got over. */
export class CounterProblem extends Error {
	/** Stable: of a problem of the Worker, or one of the client's own. */
	readonly code: string;
	/** HTTP status; 0 if there was no answer. */
	readonly status: number;
	/** Says to a person what is wrong, and the next step. */
	readonly detail: string;
	/** Milliseconds after which a repetition may work; missing if none will. */
	readonly retryAfterMs: number | undefined;
	/** All else that the Worker says of it. */
	members: Readonly<Record<string, unknown>> = {};
	constructor(code: string, status: number, detail: string, after?: number) {
		super(detail);
		this.name = "CounterProblem";
		this.code = code;
		this.status = status;
		this.detail = detail;
		this.retryAfterMs = after;
	}
}

/** Makes the problem of an answer that is no 2xx. */
export function problemOf(answer: Response, text: string): CounterProblem {
	const { url, status, headers } = answer;
	const seconds = headers.get("Retry-After");
	const isPassing = status >= 500 || seconds !== null;
	const after = isPassing ? Number(seconds) * 1_000 || 0 : undefined;
	try {
		const { type, detail, ...members } = JSON.parse(text);
		const [, code] = /:counter-gen:(.+)/.exec(type) ?? [];
		const made = code && new CounterProblem(code, status, detail, after);
		if (made) return Object.assign(made, { members });
	} catch {
		// Something in between has answered.
	}
	const detail = `${url} answered ${status}, and not as the counters' Worker does`;
	return new CounterProblem("unexpected-answer", status, detail, after);
}
