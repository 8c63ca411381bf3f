import type { Context } from "hono";
import { invalid } from "../problem.ts";
import { bodyBytes, bodyForm, hasBody } from "./body.ts";

/** Takes any bytes: a beacon may send some that are no text. */
const LENIENT = new TextDecoder();

/**
 * Matches text that may be meant to say how many, be it right or not: something
 * like a number, a value that a script has in place of one, or a field `by`.
 */
const SAYS_HOW_MANY =
	/^[\s"'[]*[-+.]*\d|^\s*[-+]?(?:null|true|false|undefined|NaN|Infinity)\s*$|"by"\s*:/;

/**
 * Reads how much a request adds to one counter: by `?by=n`, a JSON number as
 * body, or a form's field `by`; else 1, whatever a ping, a form or a beacon holds.
 *
 * @throws CounterProblem (400) if it says so twice, or no whole number
 */
export async function readBy(c: Context): Promise<number> {
	const query = c.req.queries("by") ?? [];
	const body = hasBody(c) ? await byOfBody(c) : [];
	if (query.length > 0 && body.length > 0)
		throw invalid(
			"invalid-increment",
			"Both `by` and the body say how many; send one of them",
		);
	const [by, another] = [...query, ...body];
	if (another !== undefined)
		throw invalid("invalid-increment", "There must be one `by`");
	if (by === undefined) return 1;
	return wholeNumber(by, query.length > 0 ? "`by`" : "The body");
}

/** Reads all that a body says of how many. */
async function byOfBody(c: Context): Promise<readonly string[]> {
	const [type] = (c.req.header("Content-Type") ?? "").split(";");
	switch (type?.trim().toLowerCase()) {
		// The body of `<a ping>` is PING.
		case "text/ping":
			await bodyBytes(c);
			return [];
		case "multipart/form-data": {
			const fields = (await bodyForm(c)).getAll("by");
			return fields.map((field) => (typeof field === "string" ? field : ""));
		}
		case "application/x-www-form-urlencoded": {
			const text = LENIENT.decode(await bodyBytes(c));
			// curl sends this type unless it is told another.
			return text.includes("=")
				? new URLSearchParams(text).getAll("by")
				: numberIn(text);
		}
		default:
			return numberIn(LENIENT.decode(await bodyBytes(c)));
	}
}

function numberIn(text: string): readonly string[] {
	return SAYS_HOW_MANY.test(text) ? [text] : [];
}

/** @throws CounterProblem (400) unless a text is a whole number. */
export function wholeNumber(text: string, what: string): number {
	const trimmed = text.trim();
	if (/^-?\d{1,16}$/.test(trimmed)) return Number(trimmed);
	throw invalid(
		"invalid-increment",
		`${what} must be a whole number, such as 1`,
	);
}
