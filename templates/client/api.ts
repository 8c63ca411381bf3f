import { page } from "./page.ts";
import { CounterProblem, problemOf } from "./problem.ts";

/** Options of a client. */
export interface ClientOptions {
	/** Token of the Worker, where its routes ask for one. */
	token?: string | undefined;
}

/** Longest wait for an answer. */
export const TIMEOUT_MS = 15_000;

/** Longest body of a request that outlives its page: browsers take 64 KiB in all. */
const MAX_KEPT_CHARACTERS = 10_000;

/** Sends requests to the Worker. */
export class Api {
	/** Address of the Worker, without a slash at the end. */
	readonly base: string;
	readonly token: string | undefined;

	constructor(url: string | URL, { token }: ClientOptions) {
		this.base = new URL(url, page.location?.href).href.replace(/\/+$/, "");
		this.token = token;
	}

	/** @throws CounterProblem for all but a 2xx, or the reason of the signal */
	async ask(
		path: string,
		signal?: AbortSignal,
		post?: { body: string; key: string | undefined },
	) {
		signal?.throwIfAborted();
		const timeout = AbortSignal.timeout(TIMEOUT_MS);
		const headers = new Headers();
		if (this.token) headers.set("Authorization", `Bearer ${this.token}`);
		if (post?.key) headers.set("Idempotency-Key", post.key);
		const init = {
			headers,
			signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
			keepalive: (post?.body.length ?? 0) < MAX_KEPT_CHARACTERS,
			...(post && { method: "POST", body: post.body }),
		};
		try {
			const answer = await fetch(this.base + path, init);
			const text = await answer.text();
			if (answer.ok) return { text, headers: answer.headers };
			throw problemOf(answer, text);
		} catch (error) {
			signal?.throwIfAborted();
			if (error instanceof CounterProblem) throw error;
			const detail = `${this.base} gave no answer: ${error}`;
			throw new CounterProblem("unreachable", 0, detail, 0);
		}
	}
}
