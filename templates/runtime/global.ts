import { Alarm, backoff, type World } from "./alarm.ts";
import type { Database } from "./database.ts";
import { PATIENCE, withDeadline } from "./deadline.ts";
import { exactTotals } from "./exact.ts";
import { GlobalStorage } from "./global-storage.ts";
import type { Refusal } from "./problem.ts";
import {
	type Applied,
	addUp,
	type Batch,
	type Entry,
	type Holdings,
	PROTOCOL_VERSION,
	type Totals,
	toRecord,
	type WriteEvent,
	type WriteReason,
} from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";

/**
 * KV takes one write a second for a key.
 * https://developers.cloudflare.com/kv/platform/limits/
 */
const KV_PACE = 1_000;

/** A put that is given up may land later, so it is given long. */
const KV_PATIENCE = 60_000;

/** A shard that drains may have to wait for two calls of its own. */
const DRAIN_PATIENCE = 3 * PATIENCE;

/** A write event names at most so many counters: its row may have 2 MB. */
const LOGGED_NAMES = 1_000;

/** The global object's surroundings: the object it lives in, shards and KV. */
export interface GlobalWorld extends World {
	/** Has a shard flush everything, and forget which names were registered. */
	drain(shard: number): Promise<boolean>;
	/** What a shard holds. */
	holdings(shard: number): Promise<Holdings>;
	/** Writes the totals to KV. */
	publish(totals: Totals): Promise<void>;
}

/**
 * Adds up what the shards send, each batch once, and publishes the totals to
 * KV when enough has come, or enough time has passed.
 */
export class GlobalRole {
	readonly #settings: CounterSettings;
	readonly #storage: GlobalStorage;
	readonly #world: GlobalWorld;
	readonly #alarm: Alarm;
	#failures = 0;
	#retryAt = 0;
	#publishing: Promise<void> | undefined;

	constructor(
		settings: CounterSettings,
		database: Database,
		world: GlobalWorld,
	) {
		this.#settings = settings;
		this.#storage = new GlobalStorage(database);
		this.#world = world;
		this.#alarm = new Alarm(world);
		// The platform drops an alarm that failed too often: bring it back.
		if (this.#storage.unpublished().writes > 0) this.#arm();
	}

	/**
	 * Adds a batch to the totals if it is the next one of its shard.
	 *
	 * @returns the last batch of that shard that is in the totals now; the same
	 * for a batch that came twice
	 * @throws if the batch is of a protocol version that this code does not know
	 */
	apply(batch: Batch): Applied {
		if (batch.version !== PROTOCOL_VERSION)
			throw new Error(
				`batch ${batch.seq} of shard${batch.shard} has protocol version ${batch.version}; this is ${PROTOCOL_VERSION}`,
			);
		const applied = this.#storage.applied(batch.shard);
		if (applied && !isNext(batch, applied)) return applied;
		const now = this.#world.now();
		this.#storage.apply(batch, now);
		this.#storage.log(
			{
				cmd: "writeToGlobal",
				event: batch.reason,
				shardName: `shard${batch.shard}`,
				counters: toRecord(batch.entries.slice(0, LOGGED_NAMES)),
				timestamp: now,
			},
			this.#settings.writeLog,
		);
		this.#arm();
		return { epoch: batch.epoch, seq: batch.seq };
	}

	totals(): Totals {
		return { entries: this.#storage.totals(), asOf: this.#world.now() };
	}

	/** One counter's total; no value if it was never counted. */
	total(name: string): { value: number | undefined; asOf: number } {
		return { value: this.#storage.total(name), asOf: this.#world.now() };
	}

	writes(): WriteEvent[] {
		return this.#storage.writes();
	}

	/**
	 * Makes room for names, as far as `maxCounters` allows: for a whole list or
	 * for none of it. A shard must ask before it first counts a name.
	 *
	 * @returns of each list, the names there is no room for
	 */
	register(lists: readonly (readonly string[])[], shard: number): string[][] {
		return this.#storage.register(lists, shard, this.#settings.maxCounters);
	}

	/**
	 * The totals with everything that was acknowledged before this was called,
	 * and nothing twice. If a shard cannot be reached, the refusal says which,
	 * and what is known without it.
	 */
	async exact(): Promise<Totals | Refusal> {
		const asOf = this.#world.now();
		const { answers, unreachable } = await this.#everyShard((shard) =>
			this.#world.holdings(shard),
		);
		// In one step, after the last answer: batches may have arrived meanwhile.
		const entries = exactTotals(
			this.#storage.totals(),
			answers.map(([shard, holdings]) => ({
				holdings,
				applied: this.#storage.applied(shard),
			})),
		);
		if (unreachable.length === 0) return { entries, asOf };
		return {
			problem: {
				...lost(unreachable),
				// A plain object: RPC takes none without a prototype.
				extra: { unreachable, known: Object.fromEntries(entries) },
			},
		};
	}

	/**
	 * What every shard holds unflushed; the index is the shard. As many as there
	 * are shards, or more where a retired one has counted.
	 */
	async shards(): Promise<(readonly Entry[])[] | Refusal> {
		const { answers, unreachable } = await this.#everyShard((shard) =>
			this.#world.holdings(shard),
		);
		if (unreachable.length > 0) return { problem: lost(unreachable) };
		const [last = -1] = answers.at(-1) ?? [];
		const held = new Map(answers);
		return Array.from(
			{ length: Math.max(this.#settings.shardCount, last + 1) },
			(_, shard) => {
				const one = held.get(shard);
				return addUp(one ? [one.sealed, one.pending] : []);
			},
		);
	}

	/**
	 * Sets one counter or, without a name, all of them back to nothing: drains
	 * every shard, forgets the totals, publishes. If a shard cannot be reached,
	 * nothing is reset.
	 */
	async reset(name?: string): Promise<Refusal | undefined> {
		const { unreachable } = await this.#everyShard((shard) =>
			this.#world.drain(shard),
		);
		if (unreachable.length > 0) return { problem: lost(unreachable) };
		this.#storage.reset(name, this.#world.now());
		this.#arm();
		return this.publish();
	}

	/** Publishes to KV now, as soon as KV's pace allows. */
	async publish(): Promise<Refusal | undefined> {
		try {
			// One that is under way may have read the totals too early.
			await this.#publishing;
			await this.#publish("requestWrite");
			return undefined;
		} catch (error) {
			return { problem: kvProblem(error) };
		}
	}

	/** The alarm rang: publishes what is due. Never throws: it arms the next one. */
	async alarm(): Promise<void> {
		this.#alarm.rang();
		const dueAt = this.#dueAt();
		if (dueAt !== undefined && dueAt <= this.#world.now())
			await this.#publish(this.#reason()).catch(() => {});
		this.#arm();
	}

	/** Publishes, or joins the publication that is under way. */
	#publish(reason: WriteReason): Promise<void> {
		this.#publishing ??= this.#put(reason).finally(() => {
			this.#publishing = undefined;
			this.#arm();
		});
		return this.#publishing;
	}

	async #put(reason: WriteReason): Promise<void> {
		const { triedAt } = this.#storage.unpublished();
		const early = triedAt + KV_PACE - this.#world.now();
		if (early > 0) await this.#world.wait(Math.min(early, KV_PACE));
		const before = this.#storage.unpublished();
		const totals = this.totals();
		this.#storage.trying(totals.asOf);
		try {
			await withDeadline(this.#world, this.#world.publish(totals), KV_PATIENCE);
		} catch (error) {
			this.#failed(error);
			throw error;
		}
		this.#failures = 0;
		this.#retryAt = 0;
		this.#storage.published(before, totals.asOf);
		this.#storage.log(
			{
				cmd: "writeToKV",
				event: reason,
				shardName: "global",
				counters: {},
				timestamp: totals.asOf,
			},
			this.#settings.writeLog,
		);
	}

	#failed(error: unknown): void {
		this.#failures++;
		const wait = Math.max(
			KV_PACE,
			backoff(this.#failures, this.#world.random()),
		);
		this.#retryAt = this.#world.now() + wait;
		this.#world.warn("publish-failed", {
			failures: this.#failures,
			retryInMs: wait,
			error: String(error),
		});
	}

	#isFull(): boolean {
		const { writes, urgent } = this.#storage.unpublished();
		return urgent === 1 || writes >= this.#settings.globalMinWritesToKV;
	}

	#reason(): WriteReason {
		return this.#isFull() ? "exceedMaxRequest" : "afterNoRequest";
	}

	#arm(): void {
		this.#alarm.set(this.#dueAt());
	}

	/** When KV must be written to: never before its pace allows. */
	#dueAt(): number | undefined {
		const { globalWriteToKVAfter } = this.#settings;
		const { since, triedAt } = this.#storage.unpublished();
		if (since === null) return;
		const earliest = Math.max(triedAt + KV_PACE, this.#retryAt);
		if (this.#isFull()) return Math.max(since, earliest);
		return globalWriteToKVAfter > 0
			? Math.max(since + globalWriteToKVAfter, earliest)
			: undefined;
	}

	/**
	 * Asks every shard that has counted, all at once: each registers before it
	 * first counts, whichever code or shard count brought it. Answers in the
	 * order of the shards; those that did not answer are named.
	 */
	async #everyShard<T>(ask: (shard: number) => Promise<T>): Promise<{
		answers: [shard: number, answer: T][];
		unreachable: string[];
	}> {
		const unreachable: string[] = [];
		const answers = await Promise.all(
			this.#storage.shards().map(async (shard): Promise<[number, T][]> => {
				const answer = ask(shard);
				try {
					return [
						[shard, await withDeadline(this.#world, answer, DRAIN_PATIENCE)],
					];
				} catch (error) {
					unreachable.push(`shard${shard}`);
					this.#world.warn("shard-unreachable", {
						shard,
						error: String(error),
					});
					return [];
				}
			}),
		);
		return { answers: answers.flat(), unreachable };
	}
}

/** Whether a batch continues where the totals stand, or starts a later epoch. */
function isNext(batch: Batch, applied: Applied): boolean {
	return (
		batch.epoch > applied.epoch ||
		(batch.epoch === applied.epoch && batch.seq === applied.seq + 1)
	);
}

function lost(shards: readonly string[]): Refusal["problem"] {
	return {
		code: "shard-unreachable",
		status: 503,
		title: "A shard could not be reached",
		detail: `No answer from ${shards.join(", ")}; nothing was changed. Try again in a few seconds`,
		retryAfter: 5,
	};
}

function kvProblem(error: unknown): Refusal["problem"] {
	return {
		code: "kv-unavailable",
		status: 503,
		title: "KV did not take the totals",
		detail: `The totals are right, and KV will be written to again until it takes them (${error})`,
		retryAfter: 5,
	};
}
