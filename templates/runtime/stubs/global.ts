import { isolateMemory } from "../kv/memory.ts";
import { errorText } from "../log.ts";
import { type GlobalObject, globalObject } from "../objects.ts";
import { cursorOf, type PageOptions, partOf, readAll } from "../paging.ts";
import { accepted, type Problem, type Refusal } from "../problem.ts";
import {
	type Part,
	type Totals,
	toRecord,
	type WriteEvent,
} from "../protocol.ts";
import { type CounterSettings, checkPastName, objectLog } from "../settings.ts";
import { namingFullStorage } from "../storage-full.ts";
import { globalRoutes, request } from "./routes.ts";
import { type ShardWrites, sumByShard } from "./shard-writes.ts";

/** Totals as stubs answer them. */
export interface ReadTotals {
	counters: Record<string, number>;
	/** When they were read; milliseconds since 1970. */
	asOf: number;
	/** Where the page ends; missing if no page comes after it. */
	cursor?: string;
}

/**
 * The global object: adds up what the shards send. While it fails, everything
 * here throws CounterProblem (503).
 */
export class GlobalStub {
	readonly #settings: CounterSettings;
	readonly #env: object;
	readonly #object: GlobalObject;

	constructor(settings: CounterSettings, env: object) {
		this.#settings = settings;
		this.#env = env;
		this.#object = globalObject(settings, env);
	}

	/** All totals: behind by what the shards have not flushed yet. */
	async counters(): Promise<Record<string, number>> {
		return (await this.totals()).counters;
	}

	/**
	 * The totals, and when they were read. Without options, all of them, 10,000
	 * at a time: increments may come between two pages.
	 *
	 * @throws CounterProblem (400) for a limit or cursor that is not one
	 */
	async totals(options?: PageOptions): Promise<ReadTotals> {
		return this.#read(options, (part) => this.#ask(this.#object.totals(part)));
	}

	/**
	 * The totals with everything acknowledged before this was called, counts
	 * that shards still hold included, and nothing twice. Pages as `totals` does.
	 *
	 * @throws CounterProblem (503) naming the shards that could not be reached;
	 * (400) for a limit or cursor that is not one
	 */
	async exact(options?: PageOptions): Promise<ReadTotals> {
		return this.#read(options, (part) => this.#ask(this.#object.exact(part)));
	}

	/** What the object answers; the log says why, if it does not. */
	async #ask<T>(call: Promise<T | Refusal>): Promise<T> {
		const answer = await call.catch(async (error: unknown) => {
			const log = objectLog(this.#settings, "global");
			const named = await namingFullStorage(error, this.#env, log);
			if (named !== error) throw named;
			log("warn", "global-unreachable", {
				error: errorText(error),
			});
			return { problem: unreachable };
		});
		return accepted(answer);
	}

	async #read(
		options: PageOptions | undefined,
		read: (part: Part) => Promise<Totals>,
	): Promise<ReadTotals> {
		const { entries, asOf, last } = options
			? await read(partOf(options))
			: await readAll(read);
		return {
			counters: toRecord(entries),
			asOf,
			...(last !== undefined && { cursor: cursorOf(last) }),
		};
	}

	/** One total; no value if it was never counted. */
	async total(
		counter: string,
	): Promise<{ value: number | undefined; asOf: number }> {
		return this.#ask(this.#object.total(counter));
	}

	/** One total as `exact` reads it; no value if it was never counted. */
	async exactTotal(
		counter: string,
	): Promise<{ value: number | undefined; asOf: number }> {
		const part = { from: counter, to: counter, limit: 1 };
		const { entries, asOf } = await this.#ask(this.#object.exact(part));
		return { value: entries[0]?.[1], asOf };
	}

	/**
	 * Sets one counter or, without a name, all of them back to nothing, in the
	 * shards and in KV too.
	 *
	 * @param counter also one that `names` no longer allows
	 * @throws CounterProblem (503) naming the shards that could not be reached,
	 * with nothing reset, or that KV did not take it yet
	 */
	async reset(counter?: string): Promise<void> {
		if (counter !== undefined) checkPastName(counter);
		try {
			await this.#ask(this.#object.reset(counter));
		} finally {
			isolateMemory.forget();
		}
	}

	/** Publishes to KV now; throws CounterProblem (503) if KV refuses. */
	async write(): Promise<void> {
		try {
			await this.#ask(this.#object.publish());
		} finally {
			isolateMemory.forget();
		}
	}

	/** The write log, newest first. */
	async writes(): Promise<WriteEvent[]> {
		const events = await this.#ask(this.#object.writes());
		return events.map((event) => ({
			...event,
			counters: toRecord(Object.entries(event.counters)),
		}));
	}

	/** The shard writes that the log still holds, summed up by shard. */
	async shardWrites(): Promise<ShardWrites> {
		return sumByShard(await this.writes());
	}

	/**
	 * What each shard holds unflushed; the index is the shard.
	 *
	 * @throws CounterProblem (503) naming the shards that could not be reached,
	 * with what the others hold, or saying how much each holds if that is too
	 * much for one answer: a shard's own `counters` says what
	 */
	async shards(): Promise<Record<string, number>[]> {
		const shards = await this.#ask(this.#object.shards());
		return shards.map((entries) => toRecord(entries));
	}

	/**
	 * The paths `/counters`, `/reset`, `/reset/:counter`, `/write`, `/writes`,
	 * `/shardWrites`, `/shards`.
	 */
	async fetch(
		input: string | URL | Request,
		init?: RequestInit,
	): Promise<Response> {
		return globalRoutes.fetch(request(input, init), { stub: this });
	}
}

const unreachable: Problem = {
	code: "global-unreachable",
	status: 503,
	title: "The global object does not answer",
	detail:
		"Counters that are known go on counting, and nothing is lost. Try again in a few seconds",
	retryAfter: 5,
};
