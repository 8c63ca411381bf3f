import type { Context } from "hono";
import { invalid } from "../problem.ts";
import type { Keyed } from "./namespace.ts";

/**
 * Reads the idempotency key of a request: of the header or, for what cannot send
 * one, such as a beacon, a ping or an image, of `?key=`.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 *
 * @throws CounterProblem (400) if there are two
 */
export function idempotencyKey(c: Context): Keyed {
	const header = c.req.header("Idempotency-Key");
	const [key, another] = [
		...(header === undefined ? [] : [header]),
		...(c.req.queries("key") ?? []),
	];
	if (another !== undefined)
		throw invalid(
			"invalid-idempotency-key",
			"A request has one key: in the Idempotency-Key header or, where none can be sent, as ?key=",
		);
	return key === undefined ? {} : { key };
}

/** Makes the header that marks the answer to a repetition. */
export function replayed(isRepeated: boolean): Record<string, string> {
	return isRepeated ? { "Idempotent-Replayed": "true" } : {};
}
