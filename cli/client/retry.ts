import { setTimeout as sleep } from "node:timers/promises";
import { CounterGenError } from "../errors.ts";
import type { Message, NamespaceClient, Reply } from "./client.ts";

/** How often a request is sent before it is given up. */
const TRIES = 6;

/** Before the second try, in milliseconds; doubles with each. */
const FIRST_WAIT = 250;

/** The longest that a server may have us wait, in milliseconds. */
const LONGEST_WAIT = 60_000;

/**
 * Sends a request that may be repeated, again and again while the server does
 * not answer or says that it cannot just now. The last reply, whatever it is,
 * or the last failure is for the caller.
 */
export async function persist(
	client: NamespaceClient,
	signal: AbortSignal,
	method: "GET" | "POST",
	route: string,
	message?: Message,
): Promise<Reply> {
	for (let tries = 1; ; tries++) {
		let wait = FIRST_WAIT * 2 ** (tries - 1);
		try {
			const reply = await client.request(method, route, message);
			if (tries === TRIES || !isPassing(reply)) return reply;
			wait = Math.max(wait, retryAfter(reply));
		} catch (error) {
			if (!(error instanceof CounterGenError) || tries === TRIES) throw error;
		}
		await sleep(Math.min(wait, LONGEST_WAIT), undefined, { signal });
	}
}

/** Whether the same request may fare better later. */
function isPassing({ status, headers }: Reply): boolean {
	// A full namespace answers 429, too, but names no time to come back.
	return (
		status >= 500 || (status === 429 && headers["retry-after"] !== undefined)
	);
}

/** Milliseconds; 0 if the reply names no number of seconds. */
function retryAfter({ headers }: Reply): number {
	return Number(headers["retry-after"]) * 1000 || 0;
}
