import type { Problem } from "../problem.ts";

type Headers = Readonly<Record<string, string>>;

/**
 * Headers of every answer: no cache keeps it, and no browser takes it for a
 * page, or runs or frames anything of it.
 */
const ALWAYS: Headers = {
	"Content-Type": "application/json",
	"Cache-Control": "no-store",
	"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options": "nosniff",
};

/** Answers data as JSON, in a line of its own: a shell's prompt follows. */
export function answer(
	data: object,
	headers?: Headers,
	status = 200,
): Response {
	return new Response(`${JSON.stringify(data)}\n`, {
		status,
		headers: { ...ALWAYS, ...headers },
	});
}

/** Answers text of a type. */
export function answerText(text: string, type: string): Response {
	return new Response(text, { headers: { ...ALWAYS, "Content-Type": type } });
}

/** Answers a problem: https://www.rfc-editor.org/rfc/rfc9457 */
export function answerProblem(problem: Problem): Response {
	const { code, status, title, detail, retryAfter, extra, headers } = problem;
	const type = `urn:problem-type:counter-gen:${code}`;
	return answer(
		{ type, title, status, detail, ...extra },
		{
			...headers,
			"Content-Type": "application/problem+json",
			...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
		},
		status,
	);
}
