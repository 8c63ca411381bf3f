import { Alarm, backoff, type World } from "./alarm.ts";
import { withDeadline } from "./deadline.ts";
import type { GlobalStorage } from "./global-storage.ts";
import type { Totals, WriteReason } from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";

/**
 * KV takes one write a second for a key.
 * https://developers.cloudflare.com/kv/platform/limits/
 */
const KV_PACE = 1_000;

/** A put that is given up may land later, so it is given long. */
const KV_PATIENCE = 60_000;

export interface PublisherWorld extends World {
	/** Writes the totals to KV. */
	publish(totals: Totals): Promise<void>;
}

/**
 * Brings the totals to KV when enough has come, or enough time has passed, and
 * never faster than KV takes them.
 */
export class Publisher {
	readonly #settings: CounterSettings;
	readonly #storage: GlobalStorage;
	readonly #world: PublisherWorld;
	readonly #alarm: Alarm;
	/** The current key may lack what was published under another prefix. */
	#isOwing: boolean;
	#failures = 0;
	#retryAt = 0;
	#publishing: Promise<void> | undefined;

	constructor(
		settings: CounterSettings,
		storage: GlobalStorage,
		world: PublisherWorld,
	) {
		this.#settings = settings;
		this.#storage = storage;
		this.#world = world;
		this.#alarm = new Alarm(world);
		const { writes, triedAt } = storage.unpublished();
		// Earlier code published without noting the prefix. Not to know it is to
		// owe: one publication too many costs a put, one too few an empty key.
		this.#isOwing =
			triedAt > 0 && storage.publishedUnder() !== settings.kvPrefix;
		// The platform drops an alarm that failed too often: bring it back.
		if (writes > 0 || this.#isOwing) this.arm();
	}

	/** Publishes now, as soon as KV's pace allows. */
	async publish(): Promise<void> {
		// One that is under way may have read the totals too early.
		await this.#publishing?.catch(() => {});
		await this.#publish("requestWrite");
	}

	/** To be called when totals changed. */
	arm(): void {
		this.#alarm.ringBy(this.#dueAt());
	}

	/** The alarm rang: publishes what is due. Never throws: it arms the next one. */
	async alarm(): Promise<void> {
		this.#alarm.rang();
		const dueAt = this.#dueAt();
		if (dueAt !== undefined && dueAt <= this.#world.now())
			await this.#publish(this.#reason()).catch(() => {});
		this.#alarm.ringAt(this.#dueAt());
	}

	/** Publishes, or joins the publication that is under way. */
	#publish(reason: WriteReason): Promise<void> {
		this.#publishing ??= this.#put(reason).finally(() => {
			this.#publishing = undefined;
			this.arm();
		});
		return this.#publishing;
	}

	async #put(reason: WriteReason): Promise<void> {
		const { triedAt } = this.#storage.unpublished();
		const early = triedAt + KV_PACE - this.#world.now();
		if (early > 0) await this.#world.wait(Math.min(early, KV_PACE));
		const before = this.#storage.unpublished();
		const totals: Totals = {
			entries: this.#storage.totals(),
			asOf: this.#world.now(),
		};
		this.#storage.trying(totals.asOf);
		try {
			await withDeadline(this.#world, this.#world.publish(totals), KV_PATIENCE);
		} catch (error) {
			this.#failed(error);
			throw error;
		}
		this.#failures = 0;
		this.#retryAt = 0;
		this.#isOwing = false;
		this.#storage.published(before, totals.asOf, this.#settings.kvPrefix);
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

	/** When KV must be written to: never before its pace allows. */
	#dueAt(): number | undefined {
		const { globalWriteToKVAfter } = this.#settings;
		const { since, triedAt } = this.#storage.unpublished();
		const earliest = Math.max(triedAt + KV_PACE, this.#retryAt);
		if (this.#isOwing) return earliest;
		if (since === null) return;
		if (this.#isFull()) return Math.max(since, earliest);
		return globalWriteToKVAfter > 0
			? Math.max(since + globalWriteToKVAfter, earliest)
			: undefined;
	}
}
