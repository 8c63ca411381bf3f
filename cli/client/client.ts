import type { IncomingHttpHeaders } from "node:http";
import { errors, Pool } from "undici";
import { CounterGenError, exitCode } from "../errors.ts";
import { counterGen, runCommand } from "../ui/invocation.ts";
import { isStorageFull, problemDetail, refusedByServer } from "./problem.ts";
import type { Target } from "./target.ts";

export interface Reply {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
}

/** Headers and body of a request; the token comes by itself. */
export interface Message {
	headers?: Record<string, string>;
	body?: string;
}

/**
 * No namespace answers more. The longest answer is that of `/global/shards`: 8
 * million characters, each of which may take 6 in JSON.
 */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Sends requests to one namespace. Follows no redirects, so the token stays with
 * the origin that it was meant for.
 */
export class NamespaceClient {
	readonly #pool: Pool;
	readonly #target: Target;
	readonly #token: string | undefined;
	readonly #timeoutMs: number;
	/** Once aborted, every request fails. */
	readonly signal: AbortSignal;

	/** @param timeoutMs for one request with its answer */
	constructor(
		target: Target,
		token: string | undefined,
		signal: AbortSignal,
		timeoutMs: number,
	) {
		this.#pool = new Pool(target.origin, {
			connections: 8,
			maxResponseSize: MAX_ANSWER_BYTES,
		});
		this.#target = target;
		this.#token = token;
		this.signal = signal;
		this.#timeoutMs = timeoutMs;
	}

	/**
	 * Returns any answer of the server.
	 *
	 * @throws CounterGenError `server-unreachable`, or `not-a-counter-server` if
	 * the answer does not end; once the signal is aborted, any error
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
					this.signal,
					AbortSignal.timeout(this.#timeoutMs),
				]),
			});
			return {
				status: answer.statusCode,
				headers: answer.headers,
				text: await answer.body.text(),
			};
		} catch (error) {
			if (this.signal.aborted) throw error;
			if (error instanceof errors.ResponseExceededMaxSizeError)
				throw this.#noNamespace(`${method} ${route} answered more than 64 MiB`);
			throw new CounterGenError({
				code: "server-unreachable",
				what: `no answer from ${this.#target.url} (${causeOf(error as Error)})`,
				fix: `start it with \`${runCommand("start")}\` or \`${counterGen("dev")}\``,
			});
		}
	}

	/** Explains an unusable reply: `refused-by-server` or `not-a-counter-server`. */
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
		return this.#noNamespace(
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

	#noNamespace(why: string): CounterGenError {
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

/** Makes the header that opens guarded routes; none without a token. */
export function authorization(
	token: string | undefined,
): Record<string, string> {
	return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

const causes: Readonly<Record<string, string>> = {
	ECONNREFUSED: "connection refused",
	ECONNRESET: "connection reset",
	TimeoutError: "no answer in time",
	UND_ERR_CONNECT_TIMEOUT: "no connection in time",
	UND_ERR_SOCKET: "connection closed",
};

/** Explains that no answer came: in words, or by the system's code. */
export function causeOf(error: Error & { code?: unknown }): string {
	// A DOMException, as of a timeout, has a number for a code, but a name.
	const code = typeof error.code === "string" ? error.code : error.name;
	return causes[code] ?? (code === "Error" ? error.message : code);
}
