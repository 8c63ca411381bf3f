import { setTimeout as sleep } from "node:timers/promises";
import { CounterGenError } from "../errors.ts";
import type { Message, NamespaceClient, Reply } from "./client.ts";

const MAX_TRIES = 6;

/** Before the second try; doubles with each. */
const FIRST_WAIT_MS = 250;

/** Longest wait that a server may ask for. */
const MAX_WAIT_MS = 60_000;

/**
 * Repeats a request while the server does not answer, or cannot just now. Only
 * for requests that may be repeated. The last reply of any kind, or the last
 * failure, is for the caller.
 */
export async function requestWithRetries(
	client: NamespaceClient,
	method: "GET" | "POST",
	route: string,
	message?: Message,
): Promise<Reply> {
	for (let tries = 1; ; tries++) {
		let waitMs = FIRST_WAIT_MS * 2 ** (tries - 1);
		try {
			const reply = await client.request(method, route, message);
			if (tries === MAX_TRIES || !isPassing(reply)) return reply;
			waitMs = Math.max(waitMs, retryAfterMs(reply));
		} catch (error) {
			if (!(error instanceof CounterGenError) || tries === MAX_TRIES)
				throw error;
		}
		const { signal } = client;
		await sleep(Math.min(waitMs, MAX_WAIT_MS), undefined, { signal });
	}
}

/** Tells if the same request may fare better later. */
function isPassing({ status, headers }: Reply): boolean {
	// A full namespace answers 429, too, but names no time to come back.
	return (
		status >= 500 || (status === 429 && headers["retry-after"] !== undefined)
	);
}

/** 0 if the reply names no number of seconds. */
function retryAfterMs({ headers }: Reply): number {
	return Number(headers["retry-after"]) * 1000 || 0;
}
