import { errorText } from "../log.ts";
import { type ShardObject, shardObject } from "../objects.ts";
import { accepted, CounterProblem, invalid } from "../problem.ts";
import { addUp, type Entry, toRecord } from "../protocol.ts";
import {
	allShards,
	type Bounds,
	type CounterSettings,
	checkEntries,
	checkKey,
	objectLog,
} from "../settings.ts";
import type { Counted } from "../shard/role.ts";
import { namingFullStorage } from "../storage-full.ts";
import { request, shardRoutes } from "./routes.ts";

/** Bounds of what is brought from elsewhere: any number that a total can be. */
const anyTotal: Bounds = {
	min: Number.MIN_SAFE_INTEGER,
	max: Number.MAX_SAFE_INTEGER,
};

/**
 * The shortest idempotency window of an import, in milliseconds: the client
 * goes on for eleven minutes after an answer was lost.
 */
const IMPORT_WINDOW_MS = 15 * 60_000;

/** Begins the keys of imports; no key that a caller sends can begin so. */
const IMPORT = "\x01import:";

/** What an increment may say besides name and number. */
export interface IncrementOptions {
	/**
	 * An idempotency key, 1 to 255 characters: the same key counts once within
	 * the namespace's `idempotencyWindow`. The key chooses the shard.
	 */
	key?: string;
}

/** One shard: takes increments. */
export class ShardStub {
	readonly #settings: CounterSettings;
	readonly #env: object;
	readonly #index: number;

	/** Without a number: a shard picked at random. */
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
	 * Counts; durable once it resolves. `repeated` says that the key had counted
	 * before, and nothing was added now.
	 *
	 * @param by a whole number within the namespace's bounds, 1 by default
	 * @throws CounterProblem with nothing counted: 400 for a name, number or key
	 * that is not allowed, 422 for a key that another request used, 429 if there
	 * is no room for the name, 503 if the shard is full or a key unsettled
	 */
	async increment(
		counter: string,
		by = 1,
		options: IncrementOptions = {},
	): Promise<{ counter: string; by: number } & Counted> {
		return { counter, by, ...(await this.#add([[counter, by]], options)) };
	}

	/** Counts several at once, all of them or none; throws as `increment` does. */
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
	 * @param counters whole numbers; their absolutes add up to 2^53 - 1 at most
	 */
	async import(
		counters: Readonly<Record<string, number>>,
		key: string,
	): Promise<{ counters: Record<string, number> } & Counted> {
		const { windowMs } = this.#settings.idempotency;
		if (windowMs > 0 && windowMs < IMPORT_WINDOW_MS)
			throw invalid(
				"idempotency-window-short",
				"An import that is repeated could count twice: it needs an idempotencyWindow of 15 minutes or more",
			);
		const entries = Object.entries(counters);
		const counted = await this.#add(entries, { key }, anyTotal, IMPORT);
		objectLog(this.#settings, `shard${counted.shard}`)("info", "imported", {
			counters: entries.length,
			repeated: counted.repeated,
		});
		return { counters: toRecord(entries), ...counted };
	}

	async #add(
		entries: readonly Entry[],
		{ key }: IncrementOptions,
		bounds?: Bounds,
		keySpace = "",
	): Promise<Counted> {
		checkEntries(this.#settings, entries, bounds);
		if (key === undefined) return this.#count(this.#index, entries);
		checkKey(this.#settings, key);
		const request = await this.#settings.idempotency.address(
			this.#settings,
			keySpace + key,
			entries,
		);
		return this.#count(request.home, entries, request.key);
	}

	/** Has a shard count; an error that comes of a full disk says so. */
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
	 * What this shard holds that may not be in the totals yet.
	 *
	 * @throws CounterProblem (503) if the shard does not answer
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

	/** What the object answers; the log says why, if it does not. */
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

	/** The paths `/increment/:counter`, `/increments`, `/counters`, `/write`. */
	async fetch(
		input: string | URL | Request,
		init?: RequestInit,
	): Promise<Response> {
		return shardRoutes.fetch(request(input, init), { stub: this });
	}
}
