import type { Context } from "hono";
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
	return answerJson(JSON.stringify(data), headers, status);
}

/** Answers the same of data that is JSON already. */
export function answerJson(
	json: string,
	headers?: Headers,
	status = 200,
): Response {
	return new Response(`${json}\n`, {
		status,
		headers: { ...ALWAYS, ...headers },
	});
}

/** Answers text of a type. */
export function answerText(text: string, type: string): Response {
	return new Response(text, { headers: { ...ALWAYS, "Content-Type": type } });
}

/**
 * Answers text that caches may keep, but must ask about before they show it again:
 * 304 if they have it already.
 */
export async function answerCached(
	c: Context,
	text: string,
	headers: Headers,
): Promise<Response> {
	const bytes = new TextEncoder().encode(text);
	const digest = await crypto.subtle.digest("SHA-1", bytes);
	const tag = `"${btoa(String.fromCharCode(...new Uint8Array(digest)))}"`;
	// A proxy that compresses marks a tag as weak.
	const known = (c.req.header("If-None-Match") ?? "").match(/"[^"]*"|\*/g);
	const isKnown = known?.some((one) => one === tag || one === "*") ?? false;
	return new Response(isKnown ? null : text, {
		status: isKnown ? 304 : 200,
		headers: {
			...ALWAYS,
			...headers,
			// GitHub's proxy of images understands this, and needs the tag.
			"Cache-Control": "no-cache",
			ETag: tag,
		},
	});
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
