import type { ImportedAmount } from "../history/contract.ts";
import { errorText } from "../log.ts";
import { accepted, CounterProblem, invalid } from "../problem.ts";
import { type Amount, addUp, type Counted, toRecord } from "../protocol.ts";
import { type ShardObject, shardObject } from "../rpc.ts";
import {
	allShards,
	type Bounds,
	type CounterSettings,
	checkEntries,
	checkKey,
	objectLog,
} from "../settings.ts";
import { namingFullStorage } from "../storage-full.ts";
import { request, shardRoutes } from "./routes.ts";

/** Bounds of an import: any number that a total can be. */
const anyTotal: Bounds = {
	min: Number.MIN_SAFE_INTEGER,
	max: Number.MAX_SAFE_INTEGER,
};

/**
 * Shortest idempotency window of an import: the client goes on for eleven
 * minutes after an answer was lost.
 */
const IMPORT_WINDOW_MS = 15 * 60_000;

/** Begins the keys of imports; no key that a caller sends can begin so. */
const IMPORT_PREFIX = "\x01import:";

/** Options of an increment. */
export interface IncrementOptions {
	/**
	 * Idempotency key, 1 to 255 printable ASCII characters: the same key counts
	 * once within the namespace's `idempotencyWindow`. It chooses the shard, in
	 * place of the stub's own.
	 */
	key?: string;
}

/**
 * Counts on one shard of a namespace. The fastest way: what is acknowledged is on
 * disk, and in the totals as soon as the shard flushes.
 *
 * @example
 * const shard = Metrics.shardStub(env);
 * await shard.increment("signups");
 * await shard.increments({ visits: 3, downloads: 1 }, { key: "order-4711" });
 */
export class ShardStub {
	readonly #settings: CounterSettings;
	readonly #env: object;
	readonly #index: number;

	/**
	 * @param shardNumber from 0; without it, a shard picked at random
	 * @throws CounterProblem (404) if there is no such shard
	 */
	constructor(settings: CounterSettings, env: object, shardNumber?: number) {
		const index =
			shardNumber ?? Math.floor(Math.random() * settings.shardCount);
		const count = allShards(settings);
		if (!(Number.isInteger(index) && index >= 0 && index < count))
			throw new CounterProblem({
				code: "unknown-shard",
				status: 404,
				title: "There is no such shard",
				detail: `The shards are 0 to ${count - 1}`,
			});
		this.#settings = settings;
		this.#env = env;
		this.#index = index;
	}

	/**
	 * Counts; durable once it resolves. `repeated` tells that the key had counted
	 * before, and nothing was added now.
	 *
	 * @param counter a name that `names` allows, 1 to 256 characters
	 * @param by a whole number within `increment` of the namespace; 1 by default
	 * @throws CounterProblem with nothing counted: 400 for a name, number or key
	 * that is not allowed, 422 for a key that another request used, 429 if there
	 * is no room for the name, 503 if the shard is full or a key unsettled
	 *
	 * @example
	 * const { shard, repeated } = await Metrics.shardStub(env).increment("signups", 2, {
	 * 	key: "request-17",
	 * });
	 * console.log(repeated ? "counted before" : `counted by shard ${shard}`);
	 */
	async increment(
		counter: string,
		by = 1,
		options: IncrementOptions = {},
	): Promise<{ counter: string; by: number } & Counted> {
		return { counter, by, ...(await this.#add([[counter, by]], options)) };
	}

	/**
	 * Counts several at once, all of them or none; throws as `increment` does.
	 *
	 * @param counters 1 to 10,000 names with their numbers
	 *
	 * @example
	 * await Metrics.shardStub(env).increments({ visits: 1, downloads: 1 });
	 */
	async increments(
		counters: Readonly<Record<string, number>>,
		options: IncrementOptions = {},
	): Promise<{ counters: Record<string, number> } & Counted> {
		const entries = Object.entries(counters);
		const counted = await this.#add(entries, options);
		return { counters: toRecord(entries), ...counted };
	}

	/**
	 * Counts what was counted elsewhere, whatever the bounds of `increment`: all
	 * of it or none, and once by its key. Throws as `increment` does, and if the
	 * namespace's `idempotencyWindow` is shorter than 15 minutes.
	 *
	 * @param counters 1 to 10,000 names with whole numbers, whose absolutes add up
	 * to 2^53 - 1 at the most; or a list of amounts, which may say when that was
	 * counted: then they are in that bucket, too, where `history` is kept and that is
	 * open or had ended when history began
	 * @param key marks this import: 1 to 255 printable ASCII characters
	 *
	 * @example
	 * const shard = Metrics.shardStub(env);
	 * await shard.import({ visits: 1_250_000 }, "from-the-old-system");
	 * await shard.import([["visits", 311, "day", Date.UTC(2026, 10, 28)]], "its-28th");
	 */
	async import(
		counters: Readonly<Record<string, number>> | readonly ImportedAmount[],
		key: string,
	): Promise<{ counters: Record<string, number> } & Counted> {
		const { windowMs } = this.#settings.idempotency;
		if (windowMs > 0 && windowMs < IMPORT_WINDOW_MS)
			throw invalid(
				"idempotency-window-short",
				"An import that is repeated could count twice: it needs an idempotencyWindow of 15 minutes or more",
			);
		const entries: readonly Amount[] = Array.isArray(counters)
			? this.#settings.history.amounts(counters)
			: Object.entries(counters);
		const counted = await this.#add(
			entries,
			{ key },
			anyTotal,
			IMPORT_PREFIX,
			// It was counted before now: it is in the totals, and in no hour of today.
			"none",
		);
		objectLog(this.#settings, `shard${counted.shard}`)("info", "imported", {
			counters: entries.length,
			repeated: counted.repeated,
		});
		return { counters: toRecord(addUp([entries])), ...counted };
	}

	async #add(
		entries: readonly Amount[],
		{ key }: IncrementOptions,
		bounds?: Bounds,
		keySpace = "",
		stamp?: "none",
	): Promise<Counted> {
		checkEntries(this.#settings, entries, bounds);
		if (key === undefined) return this.#count(this.#index, entries);
		checkKey(this.#settings, key);
		const request = await this.#settings.idempotency.address(
			this.#settings,
			keySpace + key,
			entries,
		);
		return this.#count(request.home, entries, request.key, stamp);
	}

	/** Has a shard count; names a full disk if that is why it failed. */
	async #count(
		index: number,
		...increment: Parameters<ShardObject["increment"]>
	): Promise<Counted> {
		const answer = this.#object(index).increment(...increment);
		return accepted(
			await answer.catch(async (error: unknown) => {
				const log = objectLog(this.#settings, `shard${index}`);
				throw await namingFullStorage(error, this.#env, log);
			}),
		);
	}

	#object(index = this.#index): ShardObject {
		return shardObject(this.#settings, this.#env, index);
	}

	/**
	 * Reads what this shard holds that may not be in the totals yet.
	 *
	 * @throws CounterProblem (503) if the shard does not answer
	 *
	 * @example
	 * const unflushed = await Metrics.shardStub(env, 0).counters(); // { signups: 3 }
	 */
	async counters(): Promise<Record<string, number>> {
		const { sealed, pending } = await this.#ask(this.#object().holdings());
		return toRecord(addUp([sealed, pending]));
	}

	/**
	 * Flushes to the global object now; false if there was nothing to flush.
	 *
	 * @throws CounterProblem (503) if the shard does not answer, or the global
	 * object does not answer it; the shard goes on trying by itself
	 */
	async write(): Promise<boolean> {
		return this.#ask(this.#object().drain());
	}

	/** Waits for an answer of the object; logs why there is none. */
	async #ask<T>(call: Promise<T>): Promise<T> {
		const name = `shard${this.#index}`;
		return call.catch(async (error: unknown) => {
			const log = objectLog(this.#settings, name);
			const named = await namingFullStorage(error, this.#env, log);
			if (named !== error) throw named;
			log("warn", "shard-unreachable", {
				shard: this.#index,
				error: errorText(error),
			});
			throw new CounterProblem({
				code: "shard-unreachable",
				status: 503,
				title: "The shard could not be reached",
				detail: `No answer from ${name}, or the global object gave it none. Nothing is lost; try again in a few seconds`,
				retryAfter: 5,
				extra: { unreachable: [name] },
			});
		});
	}

	/**
	 * Answers the paths `/increment/:counter`, `/increments`, `/counters` and
	 * `/write` with JSON, refusals with problem+json; any method will do.
	 *
	 * @example
	 * const answer = await Metrics.shardStub(env).fetch("/increment/signups?by=2");
	 */
	async fetch(
		input: string | URL | Request,
		init?: RequestInit,
	): Promise<Response> {
		return shardRoutes.fetch(request(input, init), { stub: this });
	}
}
