import * as z from "zod";
import { isSuccess, NamespaceClient } from "../client/client.ts";
import type { Read } from "../client/pages.ts";
import { parseJson, problemDetail } from "../client/problem.ts";
import type { Target } from "../client/target.ts";
import { fixLoad } from "./plan.ts";

/** Read at a time. */
const LOT_COUNTERS = 64;

const totals = z.record(z.string(), z.int());
const reading = z.object({ value: z.int() });

/**
 * Makes the few calls that frame a load run. Failures are `CounterGenError`s,
 * except once `signal` is aborted.
 */
export class CounterApi {
	readonly #client: NamespaceClient;

	constructor(
		target: Target,
		token: string | undefined,
		signal: AbortSignal,
		timeoutMs: number,
	) {
		this.#client = new NamespaceClient(target, token, signal, timeoutMs);
	}

	/** Fails unless a counter namespace answers. */
	async preflight(): Promise<void> {
		// One counter is enough.
		await this.#call("GET", "/counters?limit=1", totals);
	}

	/** Reads the total of `counter`; 0 if it was never counted. */
	async total(counter: string, read: Read): Promise<number> {
		const path = `/counters/${encodeURIComponent(counter)}?read=${read}`;
		return (await this.#call("GET", path, reading, { value: 0 })).value;
	}

	/** Reads the totals of `counters`, in their order. */
	async totals(counters: readonly string[], read: Read): Promise<number[]> {
		const all: number[] = [];
		// Reads in lots: a request's time runs also while it waits for a
		// connection.
		for (let n = 0; n < counters.length; n += LOT_COUNTERS) {
			const lot = counters.slice(n, n + LOT_COUNTERS);
			all.push(...(await Promise.all(lot.map((one) => this.total(one, read)))));
		}
		return all;
	}

	/** Adds up what all shards hold of `counters` unflushed. Admin. */
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
		await this.#client.close();
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
		const reply = await this.#client.request(method, route);
		const { status, text } = reply;
		if (isSuccess(status)) {
			const parsed = shape.safeParse(parseJson(text));
			if (parsed.success) return parsed.data;
		} else if (
			status === 404 &&
			absent !== undefined &&
			problemDetail(text) !== undefined
		)
			return absent;
		throw this.#client.refusal(method, route, reply, fixLoad);
	}
}
