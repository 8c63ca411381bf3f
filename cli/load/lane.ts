import { performance } from "node:perf_hooks";
import { Client, type Dispatcher } from "undici";
import { causeOf } from "../client/client.ts";
import { isAtLimit, isNotCounted, problemDetail } from "../client/problem.ts";

/** One request to send. */
export interface Shot {
	method: "GET" | "POST";
	/** Path and query, from the slash on. */
	path: string;
	headers?: Record<string, string>;
	body?: string;
}

/**
 * Outcome of one request. "refused": it certainly had no effect.
 * "indeterminate": it may have had one. A `cause` groups failures of a kind.
 */
export type Outcome =
	| { kind: "acknowledged" }
	| {
			kind: "refused" | "indeterminate";
			cause: string;
			status?: number;
			/** Text of the server's problem+json. */
			problem?: string;
			/** The counter is at a bound: it was refused as it should be. */
			isAtLimit?: true;
	  };

const acknowledged: Outcome = { kind: "acknowledged" };

/**
 * Sends one request at a time over one connection, and is undici's handler for
 * all of them. With a body stream and a signal for each, as undici's `request`
 * takes them, a request would cost the driver up to half as much again.
 */
export class Lane implements Dispatcher.DispatchHandler {
	readonly #client: Client;
	readonly #secret: string | undefined;
	#resolve: (outcome: Outcome) => void = () => {};
	/** Set while a request is under way. */
	#controller: Dispatcher.DispatchController | undefined;
	#startedAt = 0;
	#status = 0;
	#body = "";

	/** @param secret kept out of outcomes, should an answer echo it */
	constructor(origin: string, timeoutMs: number, secret: string | undefined) {
		this.#client = new Client(origin, {
			pipelining: 1,
			connectTimeout: timeoutMs,
			// `giveUp` does that, cheaper.
			headersTimeout: 0,
			bodyTimeout: 0,
		});
		this.#secret = secret;
	}

	/** Sends it once, and never rejects. */
	send(shot: Shot): Promise<Outcome> {
		return new Promise((resolve) => {
			this.#resolve = resolve;
			this.#body = "";
			this.#client.dispatch(shot, this);
		});
	}

	/** Gives up a request that was sent before `moment`. */
	giveUp(moment: number): void {
		if (this.#controller && this.#startedAt < moment)
			this.#controller.abort(new Error("no answer in time"));
	}

	/** For good; what is under way is given up, with `why` as its cause. */
	async close(why: Error): Promise<void> {
		await this.#client.destroy(why);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		this.#startedAt = performance.now();
	}

	onResponseStart(_: Dispatcher.DispatchController, statusCode: number): void {
		this.#status = statusCode;
	}

	onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
		if (this.#status >= 300 && this.#body.length < 10_000) this.#body += chunk;
	}

	onResponseEnd(): void {
		this.#controller = undefined;
		this.#resolve(this.#answered());
	}

	onResponseError(_: unknown, error: Error): void {
		const wasSent = this.#controller !== undefined;
		this.#controller = undefined;
		this.#resolve({
			kind: wasSent ? "indeterminate" : "refused",
			cause: causeOf(error),
		});
	}

	#answered(): Outcome {
		const status = this.#status;
		if (status >= 200 && status < 300) return acknowledged;
		const problem = problemDetail(this.#body, this.#secret);
		return {
			// A server that fails may fail after it has counted, unless it says otherwise.
			kind:
				status < 500 || isNotCounted(this.#body) ? "refused" : "indeterminate",
			cause: `HTTP ${status}`,
			status,
			...(problem !== undefined && { problem }),
			...(status < 500 && isAtLimit(this.#body) && { isAtLimit: true }),
		};
	}
}
