import type { IncomingHttpHeaders } from "node:http";
import { errors, Pool } from "undici";
import { CounterGenError, exitCode } from "../errors.ts";
import { causeOf } from "./cause.ts";
import { isStorageFull, problemDetail, refusedByServer } from "./problem.ts";
import type { Target } from "./target.ts";
import { authorization } from "./token.ts";

export interface Reply {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
}

/** What a request carries besides the token. */
export interface Message {
	headers?: Record<string, string>;
	body?: string;
}

/**
 * A longer body is no namespace's; bytes. The longest is that of
 * `/global/shards`: 8 million characters, each of which may take 6 in JSON.
 */
const LONGEST = 64 * 1024 * 1024;

/**
 * Requests to one namespace. Follows no redirects, so the token stays with the
 * origin that it was meant for.
 */
export class NamespaceClient {
	readonly #pool: Pool;
	readonly #target: Target;
	readonly #token: string | undefined;
	readonly #signal: AbortSignal;
	readonly #timeoutMs: number;

	/** @param timeoutMs for one request with its answer */
	constructor(
		target: Target,
		token: string | undefined,
		signal: AbortSignal,
		timeoutMs: number,
	) {
		this.#pool = new Pool(target.origin, {
			connections: 8,
			maxResponseSize: LONGEST,
		});
		this.#target = target;
		this.#token = token;
		this.#signal = signal;
		this.#timeoutMs = timeoutMs;
	}

	/**
	 * Whatever the server answers.
	 *
	 * @throws CounterGenError `server-unreachable`, or `not-a-counter-server` if
	 * there is no end to it; once the signal is aborted, whatever that brings
	 * about
	 */
	async request(
		method: "GET" | "POST",
		route: string,
		{ headers, body }: Message = {},
	): Promise<Reply> {
		try {
			const answer = await this.#pool.request({
				method,
				path: this.#target.prefix + route,
				headers: { ...authorization(this.#token), ...headers },
				...(body !== undefined && { body }),
				signal: AbortSignal.any([
					this.#signal,
					AbortSignal.timeout(this.#timeoutMs),
				]),
			});
			return {
				status: answer.statusCode,
				headers: answer.headers,
				text: await answer.body.text(),
			};
		} catch (error) {
			if (this.#signal.aborted) throw error;
			if (error instanceof errors.ResponseExceededMaxSizeError)
				throw this.#foreign(`${method} ${route} answered more than 64 MiB`);
			throw new CounterGenError({
				code: "server-unreachable",
				what: `no answer from ${this.#target.url} (${causeOf(error as Error)})`,
				fix: "start it with `npm start` or `counter-gen dev`",
			});
		}
	}

	/** Why a reply cannot be used: `refused-by-server` or `not-a-counter-server`. */
	refusal(
		method: "GET" | "POST",
		route: string,
		{ status, text }: Reply,
		fix400?: string,
	): CounterGenError {
		if (isStorageFull(text)) return this.storageFull();
		const problem = problemDetail(text, this.#token);
		if (problem !== undefined && !isSuccess(status) && status !== 404)
			return refusedByServer(
				`${method} ${this.#target.url}${route}`,
				status,
				problem,
				fix400,
			);
		return this.#foreign(
			`${method} ${route} answered ${status}, but not what a namespace answers`,
		);
	}

	/** Explains that a server counts nothing because its disk is full. */
	storageFull(): CounterGenError {
		return new CounterGenError(
			{
				code: "storage-full",
				what: `the disk that ${this.#target.url} keeps its counts on is full`,
				why: "Nothing can be counted until there is room. What was acknowledged is safe.",
				fix: "Make room: on the disk of the state folder of serve or, at Cloudflare, in the Durable Object.",
			},
			exitCode.findings,
		);
	}

	#foreign(why: string): CounterGenError {
		return new CounterGenError({
			code: "not-a-counter-server",
			what: `${this.#target.url} does not answer like a counter namespace`,
			why,
			fix: "give the URL of one namespace: its Worker's address and its `mount`",
		});
	}

	async close(): Promise<void> {
		await this.#pool.destroy();
	}
}

export function isSuccess(status: number): boolean {
	return status >= 200 && status < 300;
}
