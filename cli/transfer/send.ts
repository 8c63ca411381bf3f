import { createHash } from "node:crypto";
import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { requestWithRetries } from "../client/retry.ts";
import type { Move } from "./amounts.ts";

const route = "/global/import";

/**
 * Sends counts, one request after the other, each under a key that the same run
 * has again when it is started anew.
 */
export class Sender {
	readonly #client: NamespaceClient;
	readonly #circumstances: readonly (string | number)[];
	/** Set once anything was sent, and so may have been counted. */
	hasSent = false;
	/** Acknowledged ones. */
	requests = 0;
	/** Counters whose request had been counted before. */
	repeated = 0;

	/** @param circumstances all that tells this run from others */
	constructor(
		client: NamespaceClient,
		circumstances: readonly (string | number)[],
	) {
		this.#client = client;
		this.#circumstances = circumstances;
	}

	/**
	 * Counts all of the moves, once. Keeps trying for a few seconds.
	 *
	 * @param attempt another one is another request, though the moves be equal
	 * @returns true if they had been counted before, and were not now
	 */
	async send(moves: readonly Move[], attempt = 0): Promise<boolean> {
		this.hasSent = true;
		const reply = await requestWithRetries(this.#client, "POST", route, {
			headers: {
				"content-type": "application/json",
				"idempotency-key": keyOf([...this.#circumstances, attempt], moves),
			},
			body: bodyOf(moves),
		});
		if (!isSuccess(reply.status))
			throw this.#client.refusal("POST", route, reply);
		const isRepeated = reply.headers["idempotent-replayed"] === "true";
		this.requests++;
		if (isRepeated)
			this.repeated += new Set(moves.map(([counter]) => counter)).size;
		return isRepeated;
	}
}

/** Namespaces without history take an object; a list says when it was counted. */
function bodyOf(moves: readonly Move[]): string {
	const isPlain = moves.every(([, , unit]) => unit === undefined);
	return JSON.stringify(isPlain ? Object.fromEntries(moves) : moves);
}

/**
 * Makes an idempotency key: the same for the same moves in the same
 * circumstances.
 */
function keyOf(
	circumstances: readonly (string | number)[],
	moves: readonly Move[],
): string {
	const text = JSON.stringify([circumstances, moves]);
	return `import-${createHash("sha256").update(text).digest("hex")}`;
}
