import { type CounterObject, counterObject } from "./objects.ts";
import { CounterProblem, type Refusal } from "./problem.ts";
import { type Entry, toRecord, type WriteEvent } from "./protocol.ts";
import { type CounterSettings, checkEntries, checkName } from "./settings.ts";
import { globalRoutes, shardRoutes } from "./stub-routes.ts";
import { type ShardWrites, sumByShard } from "./write-log.ts";

/** Turns a refusal back into what a caller expects: an exception. */
function accepted<T>(answer: T | Refusal): T {
	if (answer !== null && typeof answer === "object" && "problem" in answer)
		throw new CounterProblem(answer.problem);
	return answer as T;
}

/** One shard: takes increments. */
export class ShardStub {
	readonly #settings: CounterSettings;
	readonly #object: CounterObject;

	/** Without a number: a shard picked at random. */
	constructor(settings: CounterSettings, env: object, shardNumber?: number) {
		const { shardCount, maxShardCount } = settings;
		const index = shardNumber ?? Math.floor(Math.random() * shardCount);
		const count = Math.max(shardCount, maxShardCount);
		if (!(Number.isInteger(index) && index >= 0 && index < count))
			throw new CounterProblem({
				code: "unknown-shard",
				status: 404,
				title: "There is no such shard",
				detail: `The shards are 0 to ${count - 1}`,
			});
		this.#settings = settings;
		this.#object = counterObject(settings, env, `shard${index}`);
	}

	/**
	 * Counts; durable once it resolves.
	 *
	 * @param by a whole number within the namespace's bounds, 1 by default
	 * @throws CounterProblem with nothing counted: 400 for a name or number that
	 * is not allowed, 503 if the shard is full
	 */
	async increment(
		counter: string,
		by = 1,
	): Promise<{ counter: string; by: number; shard: number }> {
		return { counter, by, ...(await this.#add([[counter, by]])) };
	}

	/** Counts several at once, all of them or none; throws as `increment` does. */
	async increments(
		counters: Readonly<Record<string, number>>,
	): Promise<{ counters: Record<string, number>; shard: number }> {
		const entries = Object.entries(counters);
		return { counters: toRecord(entries), ...(await this.#add(entries)) };
	}

	async #add(entries: readonly Entry[]): Promise<{ shard: number }> {
		checkEntries(this.#settings, entries);
		return accepted(await this.#object.increment(entries));
	}

	/** What this shard holds that may not be in the totals yet. */
	async counters(): Promise<Record<string, number>> {
		return toRecord(await this.#object.unflushed());
	}

	/** Flushes to the global object now; false if there was nothing to flush. */
	async write(): Promise<boolean> {
		return this.#object.drain();
	}

	/** The paths `/increment/:counter`, `/increments`, `/counters`, `/write`. */
	async fetch(
		input: string | URL | Request,
		init?: RequestInit,
	): Promise<Response> {
		return shardRoutes.fetch(request(input, init), { stub: this });
	}
}

/** The global object: adds up what the shards send. */
export class GlobalStub {
	readonly #settings: CounterSettings;
	readonly #object: CounterObject;

	constructor(settings: CounterSettings, env: object) {
		this.#settings = settings;
		this.#object = counterObject(settings, env, "global");
	}

	/** The totals: behind by what the shards have not flushed yet. */
	async counters(): Promise<Record<string, number>> {
		return (await this.totals()).counters;
	}

	/** The totals, and when they were read; milliseconds since 1970. */
	async totals(): Promise<{ counters: Record<string, number>; asOf: number }> {
		const { entries, asOf } = await this.#object.totals();
		return { counters: toRecord(entries), asOf };
	}

	/** One total; no value if it was never counted. */
	async total(
		counter: string,
	): Promise<{ value: number | undefined; asOf: number }> {
		return this.#object.total(counter);
	}

	/**
	 * Sets one counter or, without a name, all of them back to nothing, in the
	 * shards and in KV too.
	 *
	 * @throws CounterProblem (503) naming the shards that could not be reached,
	 * with nothing reset, or that KV did not take it yet
	 */
	async reset(counter?: string): Promise<void> {
		if (counter !== undefined) checkName(this.#settings, counter);
		accepted(await this.#object.reset(counter));
	}

	/** Publishes to KV now; throws CounterProblem (503) if KV refuses. */
	async write(): Promise<void> {
		accepted(await this.#object.publish());
	}

	/** The write log, newest first. */
	async writes(): Promise<WriteEvent[]> {
		const events = await this.#object.writes();
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
	 * @throws CounterProblem (503) naming the shards that could not be reached
	 */
	async shards(): Promise<Record<string, number>[]> {
		const shards = accepted(await this.#object.shards());
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

/** A request whose URL may be just a path. */
function request(input: string | URL | Request, init?: RequestInit): Request {
	return input instanceof Request
		? new Request(input, init)
		: new Request(new URL(input, "http://counter"), init);
}
