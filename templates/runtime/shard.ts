import { Alarm, backoff, type World } from "./alarm.ts";
import type { Refusal } from "./problem.ts";
import {
	type Applied,
	type Batch,
	type Entry,
	PROTOCOL_VERSION,
	type WriteReason,
} from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";
import type { BatchInfo, ShardStorage } from "./shard-storage.ts";

/** A batch that was sent but not answered for so long is sent again. */
const RESEND_AFTER = 5_000;

/** A shard's surroundings: the object it lives in, and the global object. */
export interface ShardWorld extends World {
	/** Has the global object apply a batch; answers the last one it has. */
	apply(batch: Batch): Promise<Applied>;
}

/**
 * Takes increments and brings them to the global object, each exactly once.
 *
 * Increments collect in an open batch. A flush seals it under the next sequence
 * number and sends it, again and again if need be, until the global answers
 * that this number is applied; only then is it dropped. One batch is in flight
 * at a time.
 */
export class ShardRole {
	readonly #index: number;
	readonly #settings: CounterSettings;
	readonly #storage: ShardStorage;
	readonly #world: ShardWorld;
	readonly #alarm: Alarm;
	readonly #epoch: number;
	/** Number of the last sealed batch. */
	#seq: number;
	#sealed: BatchInfo | undefined;
	#open: BatchInfo | undefined;
	/** When to send the sealed batch again, should no answer come. */
	#resendAt: number;
	#failures = 0;
	#inFlight: Promise<void> | undefined;

	constructor(
		index: number,
		settings: CounterSettings,
		storage: ShardStorage,
		world: ShardWorld,
	) {
		this.#index = index;
		this.#settings = settings;
		this.#storage = storage;
		this.#world = world;
		this.#alarm = new Alarm(world);
		({ epoch: this.#epoch, seq: this.#seq } = storage.state());
		const batches = storage.batches();
		this.#sealed = batches.find(({ reason }) => reason !== null);
		this.#open = batches.find(({ reason }) => reason === null);
		this.#resendAt = world.now();
		// The platform drops an alarm that failed too often: bring it back.
		if (batches.length > 0) this.#arm();
	}

	/** Counts all of the entries or, if refused, none. */
	increment(entries: readonly Entry[]): { shard: number } | Refusal {
		const volume = entries.reduce((sum, [, by]) => sum + Math.abs(by), 0);
		const open: BatchInfo = this.#open ?? {
			seq: this.#seq + 1,
			requests: 0,
			volume: 0,
			since: this.#world.now(),
			reason: null,
		};
		if (open.volume + volume > Number.MAX_SAFE_INTEGER) {
			this.#flushSoon("exceedMaxRequest");
			return full;
		}
		const grown: BatchInfo = {
			...open,
			requests: open.requests + 1,
			volume: open.volume + volume,
		};
		this.#storage.add(grown, entries);
		this.#open = grown;
		this.#arm();
		this.#flushIfFull();
		return { shard: this.#index };
	}

	/** What is not known to be in the totals. */
	unflushed(): Entry[] {
		return this.#storage.unflushed();
	}

	/**
	 * Brings everything counted so far to the global object.
	 *
	 * @returns false if there was nothing to bring
	 * @throws if the global cannot be reached; the alarm goes on trying
	 */
	async drain(): Promise<boolean> {
		const last = this.#open?.seq ?? this.#sealed?.seq;
		if (last === undefined) return false;
		const behind = () => (this.#sealed ?? this.#open)?.seq ?? Infinity;
		while (behind() <= last) await this.#flush("requestWrite");
		return true;
	}

	/** The alarm rang: sends what is due. Never throws: it arms the next one. */
	async alarm(): Promise<void> {
		this.#alarm.rang();
		if (this.#inFlight) this.#resendAt = this.#world.now() + RESEND_AFTER;
		else if ((this.#dueAt() ?? Infinity) <= this.#world.now())
			await this.#flush("afterNoRequest").catch(() => {});
		this.#arm();
	}

	#flushIfFull(): void {
		const { shardMinRequestToGlobal } = this.#settings;
		if ((this.#open?.requests ?? 0) >= shardMinRequestToGlobal)
			this.#flushSoon("exceedMaxRequest");
	}

	/** Flushes in the background; after a failure the alarm decides when. */
	#flushSoon(reason: WriteReason): void {
		if (this.#failures === 0) this.#flush(reason).catch(() => {});
	}

	/** Sends the oldest batch, or joins the sending that is under way. */
	#flush(reason: WriteReason): Promise<void> {
		this.#inFlight ??= this.#send(reason).finally(() => {
			this.#inFlight = undefined;
			this.#arm();
			this.#flushIfFull();
		});
		return this.#inFlight;
	}

	async #send(reason: WriteReason): Promise<void> {
		const batch = this.#sealed ?? this.#seal(reason);
		if (!batch) return;
		// Armed in the same commit as the seal: a crash from here on is made good.
		this.#resendAt = this.#world.now() + RESEND_AFTER;
		this.#arm();
		try {
			await this.#deliver(batch);
		} catch (error) {
			this.#failed(batch, error);
			throw error;
		}
		this.#storage.drop(batch.seq);
		this.#sealed = undefined;
		this.#failures = 0;
	}

	#seal(reason: WriteReason): BatchInfo | undefined {
		if (!this.#open) return;
		const { seq } = this.#open;
		this.#storage.seal(seq, reason);
		this.#sealed = { ...this.#open, reason };
		this.#open = undefined;
		this.#seq = seq;
		return this.#sealed;
	}

	async #deliver({ seq, reason }: BatchInfo): Promise<void> {
		const applied = await this.#world.apply({
			version: PROTOCOL_VERSION,
			shard: this.#index,
			epoch: this.#epoch,
			seq,
			reason: reason ?? "requestWrite",
			entries: this.#storage.entries(seq),
		});
		if (applied.epoch !== this.#epoch || applied.seq < seq)
			throw new Error(
				`the global object did not apply batch ${seq} of epoch ${this.#epoch}: it is at batch ${applied.seq} of epoch ${applied.epoch}`,
			);
	}

	#failed({ seq }: BatchInfo, error: unknown): void {
		this.#failures++;
		const wait = backoff(this.#failures, this.#world.random());
		this.#resendAt = this.#world.now() + wait;
		this.#world.warn("flush-failed", {
			seq,
			failures: this.#failures,
			retryInMs: wait,
			error: String(error),
		});
	}

	#arm(): void {
		this.#alarm.set(this.#dueAt());
	}

	/** When the oldest batch must be sent; the open one waits for the sealed. */
	#dueAt(): number | undefined {
		const { shardWriteToGlobalAfter } = this.#settings;
		if (this.#sealed) return this.#resendAt;
		return this.#open && shardWriteToGlobalAfter > 0
			? this.#open.since + shardWriteToGlobalAfter
			: undefined;
	}
}

const full: Refusal = {
	problem: {
		code: "shard-full",
		status: 503,
		title: "The shard cannot hold more before its next flush",
		detail: "Nothing was counted; try again in a second",
		retryAfter: 1,
	},
};
