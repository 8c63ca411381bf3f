import type { Api } from "./api.ts";
import type { CounterProblem } from "./problem.ts";
import type { CountOptions, Queue } from "./queue.ts";

/** Options of a read. */
export interface ReadOptions {
	/** Depth: `kv` by default; the others ask for the admin token. */
	read?: "kv" | "global" | "exact";
	signal?: AbortSignal;
}

/** Options of a read of many. */
export interface PageOptions extends ReadOptions {
	/** Most counters: 1 to 10,000, the default. */
	limit?: number;
	/** End of the page before. */
	cursor?: string;
}

type Numbers<Name> = { readonly [Key in Name & string]?: number };

/** Counts and reads. Whatever fails is a `CounterProblem`; of counts nobody need catch it. */
export class CounterClient<All> {
	protected readonly api: Api;
	protected readonly queues: Readonly<Record<keyof All, Queue>>;
	readonly #unsettled = new Set<Promise<void>>();

	constructor(api: Api, queues: Readonly<Record<keyof All, Queue>>) {
		this.api = api;
		this.queues = queues;
	}

	/** Counts, in one request with all of 50 ms; resolves once it is on disk. */
	increment<Key extends keyof All>(
		namespace: Key,
		counter: All[Key] & string,
		by = 1,
		options?: CountOptions,
	): Promise<void> {
		const queue = this.queues[namespace];
		return this.#keep(
			options ? queue.alone([[counter, by]], options) : queue.add(counter, by),
		);
	}

	/** Counts several in a request of their own, all of them or none. */
	increments<Key extends keyof All>(
		namespace: Key,
		counters: Numbers<All[Key]>,
		options: CountOptions = {},
	): Promise<void> {
		const queue = this.queues[namespace];
		return this.#keep(queue.alone(Object.entries(counters), options));
	}

	/** Sends what waits, and resolves once all of it is counted or given up. */
	async flush(): Promise<void> {
		for (const queue of Object.values<Queue>(this.queues)) queue.send(true);
		await Promise.allSettled([...this.#unsettled]);
	}

	/** Reads one total; no value if it was never counted. `asOf` is milliseconds since 1970. */
	async total<Key extends keyof All>(
		namespace: Key,
		counter: All[Key] & string,
		options: ReadOptions = {},
	): Promise<{ value: number | undefined; asOf: number | undefined }> {
		try {
			const name = `/counters/${encodeURIComponent(counter)}`;
			const { text } = await this.read(namespace, name, options);
			const { value, asOf } = JSON.parse(text);
			return { value, asOf: Date.parse(asOf) || undefined };
		} catch (error) {
			const { code } = error as Partial<CounterProblem>;
			if (code !== "unknown-counter") throw error;
			return { value: undefined, asOf: undefined };
		}
	}

	/** Reads a page of the totals; the next one begins at its `cursor`. */
	async totals<Key extends keyof All>(
		namespace: Key,
		options: PageOptions = {},
	): Promise<{
		counters: Numbers<All[Key]>;
		asOf: number | undefined;
		cursor: string | undefined;
	}> {
		const { text, headers } = await this.read(namespace, "/counters", options);
		return {
			counters: JSON.parse(text),
			asOf: Date.parse(headers.get("Counter-As-Of") ?? "") || undefined,
			cursor: headers.get("Counter-Cursor") ?? undefined,
		};
	}

	/** Asks a route with these options as its query. */
	protected read(namespace: keyof All, route: string, options: object) {
		const { signal, ...rest } = options as PageOptions;
		const query = new URLSearchParams();
		for (const [key, value] of Object.entries<unknown>(rest))
			if (value !== undefined)
				query.set(key, value instanceof Date ? value.toJSON() : `${value}`);
		const { path } = this.queues[namespace].namespace;
		return this.api.ask(`${path}${route}?${query}`, signal);
	}

	/** Keeps a promise for `flush`; nobody else need await it. */
	#keep(done: Promise<void>): Promise<void> {
		const settled = () => this.#unsettled.delete(done);
		this.#unsettled.add(done);
		done.then(settled, settled);
		return done;
	}
}
