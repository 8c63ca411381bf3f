import type { Context } from "hono";
import type { Handle } from "./access.ts";
import { isImageProxy } from "./automated.ts";
import { answerErrors } from "./errors.ts";

/** A GIF of one transparent pixel, as short as browsers take it. */
const PIXEL = Uint8Array.from(
	atob("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
	(character) => character.charCodeAt(0),
);

/**
 * Tells whether a GET is for an image: an `<img>` asks for one above all, and the
 * proxies of mail hosts ask for nothing else, whatever they say. A page, a script
 * and curl do not.
 */
export function wantsImage(c: Context): boolean {
	return (
		c.req.method !== "POST" &&
		(prefersImage(c.req.header("Accept") ?? "") || isImageProxy(c))
	);
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 */
function prefersImage(accept: string): boolean {
	const ranges = accept.split(",").map((range) => {
		const [type = "", ...parameters] = range.toLowerCase().split(/\s*;\s*/);
		const q = parameters.find((one) => one.startsWith("q="));
		return { type: type.trim(), q: q ? Number(q.slice(2)) : 1 };
	});
	const best = (is: (type: string) => boolean) =>
		Math.max(0, ...ranges.filter(({ type }) => is(type)).map(({ q }) => q));
	const image = best((type) => type.startsWith("image/"));
	const any = best((type) => type === "*/*");
	const other = best((type) => !/^(?:image\/|\*\/\*$)/.test(type));
	// A page is wanted no less than an image where somebody opens an address.
	return image > other && image >= any;
}

/**
 * Has a handler that counts answer an image with a pixel, be it counted or refused:
 * the status says which, and no page or mail shows a broken image.
 */
export function pixelled(handle: Handle): Handle {
	return async (c) => {
		if (!wantsImage(c)) return handle(c);
		return pictured(await handle(c).catch(answerErrors), PIXEL, "image/gif");
	};
}

/** Gives an answer an image for its body; status and headers say what they said. */
export function pictured(
	{ status, headers }: Response,
	image: BodyInit,
	type: string,
): Response {
	const answer = new Response(image, { status, headers });
	answer.headers.set("Content-Type", type);
	return answer;
}
