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

type Unit = "minute" | "hour" | "day";

/** Chooses minutes, hours or days of a counter; moments are `Date`s or ISO 8601. */
export interface HistoryOptions extends Pick<ReadOptions, "signal"> {
	/** By default the largest that is kept. */
	by?: Unit;
	/** So many, with the one that is under way; or those from … to … */
	last?: number;
	from?: Date | string;
	to?: Date | string;
	/** With all that was acknowledged before, for the admin token. */
	read?: "exact";
}

/** Chooses counters with the highest numbers. */
export interface TopOptions extends Pick<ReadOptions, "signal"> {
	limit?: number;
	/** Of the current minute, hour or day, or of that which has a moment. */
	by?: Unit;
	at?: Date | string;
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
			const { text } = await this.#read(namespace, name, options);
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
		const { text, headers } = await this.#read(namespace, "/counters", options);
		return {
			counters: JSON.parse(text),
			asOf: Date.parse(headers.get("Counter-As-Of") ?? "") || undefined,
			cursor: headers.get("Counter-Cursor") ?? undefined,
		};
	}

	/** Reads what was counted when, the oldest first; moments are milliseconds since 1970. */
	async history<Key extends keyof All>(
		namespace: Key,
		counter: All[Key] & string,
		options: HistoryOptions = {},
	): Promise<{
		by: Unit;
		timeZone: string;
		asOf: number;
		points: { start: number; value: number; final: boolean }[];
	}> {
		const route = `/history/${encodeURIComponent(counter)}`;
		const { text } = await this.#read(namespace, route, options);
		return JSON.parse(text, toMoments);
	}

	/** Reads the counters with the highest totals, or those of a minute, hour or day. */
	async top<Key extends keyof All>(
		namespace: Key,
		options: TopOptions = {},
	): Promise<{
		top: { counter: All[Key] & string; value: number }[];
		asOf?: number;
		start?: number;
	}> {
		const { text } = await this.#read(namespace, "/top", options);
		return JSON.parse(text, toMoments);
	}

	#read(namespace: keyof All, route: string, options: object) {
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

/** Makes moments milliseconds since 1970. */
function toMoments(key: string, value: unknown): unknown {
	return key === "start" || key === "asOf" ? Date.parse(`${value}`) : value;
}
