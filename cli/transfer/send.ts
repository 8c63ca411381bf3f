import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { persist } from "../client/retry.ts";
import { CounterGenError } from "../errors.ts";
import { keyOf, type Move } from "./batches.ts";

const route = "/global/import";

/**
 * Sends what is to be counted, one request after the other, each under a key
 * that the same run has again when it is started anew.
 */
export class Sender {
	readonly #client: NamespaceClient;
	readonly #signal: AbortSignal;
	readonly #circumstances: readonly (string | number)[];
	/** Whether anything was sent, and so may have been counted. */
	hasSent = false;
	/** Acknowledged. */
	requests = 0;
	/** Counters whose request had been counted before. */
	repeated = 0;

	/** @param circumstances what makes this run another than others */
	constructor(
		client: NamespaceClient,
		signal: AbortSignal,
		circumstances: readonly (string | number)[],
	) {
		this.#client = client;
		this.#signal = signal;
		this.#circumstances = circumstances;
	}

	/**
	 * Counts all of the moves, once. Keeps trying for a few seconds.
	 *
	 * @param attempt another one is another request, though the moves be equal
	 * @returns whether they had been counted before, and were not now
	 */
	async send(moves: readonly Move[], attempt = 0): Promise<boolean> {
		this.hasSent = true;
		const reply = await persist(this.#client, this.#signal, "POST", route, {
			headers: {
				"content-type": "application/json",
				"idempotency-key": keyOf([...this.#circumstances, attempt], moves),
			},
			body: JSON.stringify(Object.fromEntries(moves)),
		});
		if (reply.status === 404)
			throw new CounterGenError({
				code: "worker-too-old",
				what: `the Worker takes no counts from elsewhere: it has no POST ${route}`,
				fix: "generate and deploy it again with this counter-gen",
			});
		if (!isSuccess(reply.status))
			throw this.#client.refusal("POST", route, reply);
		const isRepeated = reply.headers["idempotent-replayed"] === "true";
		this.requests++;
		if (isRepeated) this.repeated += moves.length;
		return isRepeated;
	}
}
