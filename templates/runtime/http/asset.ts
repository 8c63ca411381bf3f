import type { Handle } from "./access.ts";

/** A file for browsers, as a build made it. */
export interface Asset {
	text: string;
	sha256: string;
}

/** Time for which a browser uses a file without asking whether it changed. */
const FRESH_S = 3_600;

/** Makes the route of a file that anyone may have, from pages of any origin. */
export function asset({ text, sha256 }: Asset, type: string): Handle {
	const tag = `"${sha256}"`;
	const headers = {
		"Content-Type": type,
		"Cache-Control": `public, max-age=${FRESH_S}`,
		ETag: tag,
		"Access-Control-Allow-Origin": "*",
		"X-Content-Type-Options": "nosniff",
	};
	return async (c) =>
		c.req.header("If-None-Match")?.includes(tag)
			? new Response(null, { status: 304, headers })
			: new Response(text, { headers });
}
