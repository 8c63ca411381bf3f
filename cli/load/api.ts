import { Pool } from "undici";
import * as z from "zod";
import { CounterGenError } from "../errors.ts";
import { causeOf } from "./cause.ts";
import { parseJson, problemDetail, refusedByServer } from "./problem.ts";
import type { Target } from "./target.ts";
import { authorization } from "./token.ts";

/** Where a total is read: KV as the public sees it, or the global object. */
export type Read = "kv" | "global" | "exact";

/** Counters that are read at a time. */
const LOT = 64;

const totals = z.record(z.string(), z.int());
const reading = z.object({ value: z.int() });

/**
 * The few calls that frame a load run. Follows no redirects, so the token
 * stays with the origin that it was meant for. Failures are
 * `CounterGenError`s, except once `signal` is aborted.
 */
export class CounterApi {
	readonly #pool: Pool;
	readonly #target: Target;
	readonly #token: string | undefined;
	readonly #signal: AbortSignal;
	readonly #timeoutMs: number;

	constructor(
		target: Target,
		token: string | undefined,
		signal: AbortSignal,
		timeoutMs: number,
	) {
		this.#pool = new Pool(target.origin, { connections: 8 });
		this.#target = target;
		this.#token = token;
		this.#signal = signal;
		this.#timeoutMs = timeoutMs;
	}

	/** Fails unless a counter namespace answers. */
	async preflight(): Promise<void> {
		await this.#call("GET", "/counters", totals);
	}

	/** The total of `counter`; 0 if it was never counted. */
	async total(counter: string, read: Read): Promise<number> {
		const path = `/counters/${encodeURIComponent(counter)}?read=${read}`;
		return (await this.#call("GET", path, reading, { value: 0 })).value;
	}

	/** The totals of `counters`, in their order. */
	async totals(counters: readonly string[], read: Read): Promise<number[]> {
		const all: number[] = [];
		// In lots: a request's time runs also while it waits for a connection.
		for (let n = 0; n < counters.length; n += LOT) {
			const lot = counters.slice(n, n + LOT);
			all.push(...(await Promise.all(lot.map((one) => this.total(one, read)))));
		}
		return all;
	}

	/** What all shards together hold of `counters` unflushed. Admin. */
	async unflushed(counters: readonly string[]): Promise<number> {
		const shards = await this.#shards();
		return shards
			.flatMap((shard) =>
				counters.map((name) => (Object.hasOwn(shard, name) ? shard[name] : 0)),
			)
			.reduce<number>((sum, one) => sum + (one ?? 0), 0);
	}

	/** Makes every shard flush. Admin. */
	async flush(): Promise<void> {
		const shards = await this.#shards();
		await Promise.all(
			shards.map((_, n) =>
				this.#call("POST", `/shard/${n}/write`, z.unknown()),
			),
		);
	}

	async close(): Promise<void> {
		await this.#pool.destroy();
	}

	#shards(): Promise<z.infer<typeof totals>[]> {
		return this.#call("GET", "/global/shards", z.array(totals));
	}

	async #call<T>(
		method: "GET" | "POST",
		route: string,
		shape: z.ZodType<T>,
		absent?: T,
	): Promise<T> {
		const { status, text } = await this.#request(method, route);
		const problem = problemDetail(text, this.#token);
		if (status >= 200 && status < 300) {
			const parsed = shape.safeParse(parseJson(text));
			if (parsed.success) return parsed.data;
		} else if (problem !== undefined) {
			if (status !== 404)
				throw refusedByServer(
					`${method} ${this.#target.url}${route}`,
					status,
					problem,
				);
			if (absent !== undefined) return absent;
		}
		throw new CounterGenError({
			code: "not-a-counter-server",
			what: `${this.#target.url} does not answer like a counter namespace`,
			why: `${method} ${route} answered ${status}, but not what a namespace answers`,
			fix: "give the URL of one namespace: its Worker's address and its `mount`",
		});
	}

	async #request(
		method: "GET" | "POST",
		route: string,
	): Promise<{ status: number; text: string }> {
		try {
			const { statusCode, body } = await this.#pool.request({
				method,
				path: this.#target.prefix + route,
				headers: authorization(this.#token),
				signal: AbortSignal.any([
					this.#signal,
					AbortSignal.timeout(this.#timeoutMs),
				]),
			});
			return { status: statusCode, text: await body.text() };
		} catch (error) {
			if (this.#signal.aborted) throw error;
			throw new CounterGenError({
				code: "server-unreachable",
				what: `no answer from ${this.#target.url} (${causeOf(error as Error)})`,
				fix: "start it with `npm start` or `counter-gen dev`",
			});
		}
	}
}
