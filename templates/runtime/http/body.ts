import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { CounterProblem, invalid } from "../problem.ts";

/** Largest body: 10,000 counters whose names have 400 bytes each. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

const limit = bodyLimit({
	maxSize: MAX_BODY_BYTES,
	onError: () => {
		throw new CounterProblem({
			code: "body-too-large",
			status: 413,
			title: "The body is too large",
			detail: `A body may have ${MAX_BODY_BYTES} bytes: send the counters in several requests`,
		});
	},
});

/**
 * Tells whether a body may follow. A POST without content has one all the same,
 * which takes time to read.
 */
export function hasBody(c: Context): boolean {
	return c.req.header("Content-Length") !== "0";
}

/**
 * Reads the body as it came; empty if there is none.
 *
 * @throws CounterProblem (413) if it is larger than 4 MiB, (400) if it ends early
 */
export async function bodyBytes(c: Context): Promise<ArrayBuffer> {
	try {
		await limit(c, async () => {});
		return await c.req.arrayBuffer();
	} catch (error) {
		if (error instanceof CounterProblem) throw error;
		// The client went away: that is no failure of the Worker.
		throw invalid("invalid-body", "The body ended before it was whole");
	}
}

/**
 * Reads the body as text; empty if there is none.
 *
 * @throws CounterProblem (413) if it is larger than 4 MiB, (400) if it ends
 * early or is not UTF-8
 */
export async function bodyText(c: Context): Promise<string> {
	const bytes = await bodyBytes(c);
	try {
		return UTF8.decode(bytes);
	} catch {
		throw invalid("invalid-body", "The body is not UTF-8");
	}
}

/**
 * Reads the body as a form; one without fields if there is none.
 *
 * @throws CounterProblem (413) if it is larger than 4 MiB, (400) if it ends
 * early or is no form
 */
export async function bodyForm(c: Context): Promise<FormData> {
	const headers = { "Content-Type": c.req.header("Content-Type") ?? "" };
	const bytes = await bodyBytes(c);
	if (bytes.byteLength === 0) return new FormData();
	try {
		return await new Response(bytes, { headers }).formData();
	} catch {
		throw invalid(
			"invalid-body",
			"The body is not the form that it says it is",
		);
	}
}
