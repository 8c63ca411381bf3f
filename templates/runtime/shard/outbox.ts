import type { Loans } from "../bounds/contract.ts";
import type { Stamps } from "../history/contract.ts";
import { Alarm } from "../object/alarm.ts";
import { AttemptLog } from "../object/attempt-log.ts";
import { backoff } from "../object/backoff.ts";
import { dueAt } from "../object/clock.ts";
import type { Database, Remember } from "../object/database.ts";
import { RPC_TIMEOUT_MS, withDeadline } from "../object/deadline.ts";
import type { ShardHealth } from "../object/health.ts";
import type { Host } from "../object/host.ts";
import {
	type Amount,
	type Applied,
	type Batch,
	type Holdings,
	type NameChoice,
	NO_SLOT,
	PROTOCOL_VERSION,
	type WriteReason,
} from "../protocol.ts";
import type { CounterSettings } from "../settings.ts";
import { ShardStorage } from "./storage.ts";
import {
	addToBatch,
	emptyBatch,
	healthOf,
	holdingsOf,
	type ShardBatch,
	type Stamped,
	sumOf,
} from "./unflushed.ts";

export interface OutboxHost extends Host {
	/** Has the global object apply a batch; answers the last one it has. */
	apply(batch: Batch): Promise<Applied>;
}

/** A number like no other, from one of 0 up to, but not including, 1. */
function newEpoch(random: number): number {
	return 1 + Math.floor(random * Number.MAX_SAFE_INTEGER);
}

/**
 * Brings a shard's counts to the global object, each exactly once.
 *
 * Counts collect in an open batch. A flush seals it under the next sequence
 * number and sends it, again and again if need be, until the global answers
 * that this number is applied; only then is it dropped. One batch is in flight
 * at a time.
 */
export class Outbox {
	readonly #shard: number;
	readonly #settings: CounterSettings;
	readonly #storage: ShardStorage;
	readonly #stamps: Stamps | undefined;
	readonly #host: OutboxHost;
	readonly #alarm: Alarm;
	readonly #epoch: number;
	/** Number of the last sealed batch. */
	#seq: number;
	/** Sent, and not known to be applied. */
	#sealed: ShardBatch | undefined;
	#open: ShardBatch | undefined;
	/** Moment of the last attempt to send a batch … */
	#triedAt: number;
	/** … and after how many milliseconds it is sent again, should no answer come. */
	#resendAfter = 0;
	/** Since it started or last succeeded: how long to wait goes by them. */
	#failures = 0;
	readonly #attempts: AttemptLog;
	#inFlight: Promise<void> | undefined;
	#loans: Loans | undefined;

	constructor(
		shard: number,
		settings: CounterSettings,
		database: Database,
		host: OutboxHost,
	) {
		this.#shard = shard;
		this.#settings = settings;
		this.#stamps = settings.history.openShard(database);
		const epoch = newEpoch(host.random());
		this.#storage = new ShardStorage(database, epoch, this.#stamps);
		this.#host = host;
		this.#alarm = new Alarm(host);
		this.#attempts = new AttemptLog("flush", database, host);
		({ epoch: this.#epoch, seq: this.#seq } = this.#storage.state());
		if (this.#storage.isNew)
			host.log("info", "epoch-started", { epoch: this.#epoch });
		const batches = this.#storage.load();
		this.#sealed = batches.find(({ seq }) => seq <= this.#seq);
		this.#open = batches.find(({ seq }) => seq > this.#seq);
		this.#triedAt = host.now();
		// The platform drops an alarm that failed too often: bring it back.
		this.#arm();
	}

	/** The last sealed batch, as the disk has it, and whether it is known to be applied. */
	get sealed(): { seq: number; isApplied: boolean } {
		return this.#storage.state();
	}

	/** Sums up what batches after a number have of a counter. */
	unflushed(name: string, after: number): number {
		return sumOf([this.#sealed, this.#open], name, after);
	}

	/** Has loans take up what was flushed, and tell whether all is counted against them. */
	countAgainst(loans: Loans): void {
		this.#loans = loans;
	}

	/** Sum of the absolute increments that the open batch holds. */
	get volume(): number {
		return this.#open?.volume ?? 0;
	}

	/** Size of the open batch in characters: see `sizeOf`. */
	get size(): number {
		return this.#open?.size ?? 0;
	}

	/**
	 * Writes what some requests counted to the open batch. To be called in a
	 * transaction, and `proceed` after it.
	 *
	 * @param parts what is in no bucket apart from what is in that of this moment
	 * @param volume sum of their absolute increments
	 */
	add(
		parts: readonly { entries: readonly Amount[]; isInBucket: boolean }[],
		requests: number,
		volume: number,
	): Remember {
		const now = this.#host.now();
		const open =
			this.#open ?? emptyBatch(this.#seq + 1, now, this.#stamps?.begin(now));
		const stamped = parts.map(
			({ entries, isInBucket }): Stamped => ({
				slot: isInBucket
					? this.#stamps?.at(now, open.slots, open.size)
					: this.#stamps && NO_SLOT,
				entries,
			}),
		);
		const isFull = this.#fills(open.requests + requests);
		const seals = isFull && this.#failures === 0 && !this.#inFlight;
		const remember = this.#storage.append(
			open,
			stamped,
			requests,
			seals && !this.#sealed,
		);
		return () => {
			remember();
			for (const [n, part] of stamped.entries())
				addToBatch(open, part, n === 0 ? requests : 0, n === 0 ? volume : 0);
			this.#open = open;
		};
	}

	/** Flushes in the background if the open batch is full; arms the alarm. */
	proceed(): void {
		if (this.#isFull()) this.flushSoon("exceedMaxRequest");
		this.#arm();
	}

	/** Reports how much it holds, and how its flushes go. */
	health(): ShardHealth {
		const { failures } = this.#attempts;
		return healthOf(this.#sealed, this.#open, failures, this.#host.now());
	}

	/**
	 * Reports what the shard holds of some names, and its last sealed batch.
	 *
	 * @param most characters that the names of all its entries may have; with more
	 * of them it answers no entry, but their number
	 */
	holdings(choice?: NameChoice, most = Infinity): Holdings {
		const holdings = holdingsOf(this.#sealed, this.#open, choice, most);
		const held = { epoch: this.#epoch, seq: this.#seq, ...holdings };
		if (!choice?.slots || !this.#stamps) return held;
		const mark = this.#stamps.mark(this.#host.now(), [
			this.#sealed?.slots,
			this.#open?.slots,
		]);
		return { ...held, mark, isEmpty: !this.#sealed && !this.#open };
	}

	/**
	 * Brings everything counted so far to the global object, and notes that it is
	 * there: after a reset nothing of it must be sent once more.
	 *
	 * @returns false if there was nothing to bring
	 * @throws if the global cannot be reached; the alarm goes on trying
	 */
	async drain(): Promise<boolean> {
		const last = this.#open?.seq ?? this.#sealed?.seq;
		const behind = () => (this.#sealed ?? this.#open)?.seq ?? Infinity;
		while (behind() <= (last ?? 0)) await this.#flush("requestWrite");
		if (!this.#sealed) this.#settle();
		return last !== undefined;
	}

	/** The alarm rang: sends what is due. Never throws: it arms the next one. */
	async alarm(): Promise<void> {
		const now = await this.#alarm.rang(this.#dueAt());
		if ((this.#dueAt(now) ?? Infinity) <= now) {
			const reason = this.#isFull() ? "exceedMaxRequest" : "afterNoRequest";
			await this.#flush(reason).catch(() => {});
		}
		if (!this.#sealed && !this.#open) this.#settle();
		await this.#alarm.ringAt(this.#dueAt());
	}

	/** On a full disk it is left out: the batch is sent again after a restart. */
	#settle(): void {
		try {
			this.#storage.settle(this.#seq);
		} catch {
			// The global object knows the batch, and ignores it then.
		}
	}

	#isFull(): boolean {
		return this.#fills(this.#open?.requests ?? 0);
	}

	#fills(requests: number): boolean {
		return requests >= this.#settings.shardMinRequestToGlobal;
	}

	/** Flushes in the background; after a failure the alarm decides when. */
	flushSoon(reason: WriteReason): void {
		if (this.#failures === 0) this.#flush(reason).catch(() => {});
	}

	/** Sends the oldest batch, or joins the sending that is under way. */
	#flush(reason: WriteReason): Promise<void> {
		this.#inFlight ??= this.#send(reason).finally(() => {
			this.#inFlight = undefined;
			this.proceed();
		});
		return this.#inFlight;
	}

	async #send(reason: WriteReason): Promise<void> {
		try {
			const batch = this.#sealed ?? this.#seal();
			if (batch) await this.#sendBatch(batch, reason);
		} catch (error) {
			this.#failed(error);
			throw error;
		}
	}

	async #sendBatch(batch: ShardBatch, reason: WriteReason): Promise<void> {
		// Armed in the same commit as the seal: a crash from here on is made good.
		this.#triedAt = this.#host.now();
		this.#resendAfter = 2 * RPC_TIMEOUT_MS;
		this.#arm();
		await this.#deliver(batch, reason);
		this.#storage.drop(batch.seq);
		this.#sealed = undefined;
		this.#failures = 0;
		const { seq, requests, deltas } = batch;
		this.#attempts.succeeded({ seq });
		this.#host.log("debug", "flushed", () => ({
			seq,
			requests,
			counters: deltas.size,
		}));
	}

	#seal(): ShardBatch | undefined {
		const open = this.#open;
		if (!open) return;
		this.#storage.seal(open.seq);
		this.#seq = open.seq;
		this.#sealed = open;
		this.#open = undefined;
		return open;
	}

	async #deliver(
		{ seq, requests, deltas, slots }: ShardBatch,
		reason: WriteReason,
	): Promise<void> {
		const mark = this.#stamps?.mark(this.#host.now(), [this.#open?.slots]);
		const answer = this.#host.apply({
			version: PROTOCOL_VERSION,
			shard: this.#shard,
			epoch: this.#epoch,
			seq,
			reason,
			requests,
			entries: [...deltas],
			...(slots && { slots: slots.items(deltas) }),
			...(mark !== undefined && { mark }),
			...(this.#loans?.isMarked && { bounded: true }),
		});
		const applied = await withDeadline(this.#host, answer);
		if (applied.epoch !== this.#epoch || applied.seq < seq)
			throw new Error(
				`the global object did not apply batch ${seq} of epoch ${this.#epoch}: it is at batch ${applied.seq} of epoch ${applied.epoch}`,
			);
		this.#loans?.fold(seq, deltas);
	}

	#failed(error: unknown): void {
		this.#failures++;
		const wait = backoff(this.#failures, this.#host.random());
		this.#triedAt = this.#host.now();
		this.#resendAfter = wait;
		this.#attempts.failed(error, wait, { seq: this.#seq });
	}

	#arm(): void {
		this.#alarm.ringBy(this.#dueAt());
	}

	/** Finds when the oldest batch must be sent; the open one waits for the sealed. */
	#dueAt(now = this.#host.now()): number | undefined {
		const { shardWriteToGlobalAfter } = this.#settings;
		const resendAt = dueAt(this.#triedAt, this.#resendAfter, now);
		if (this.#sealed) return resendAt;
		if (!this.#open) return undefined;
		// It could not be sealed.
		if (this.#failures > 0) return resendAt;
		const { since } = this.#open;
		// A lower threshold may have come with new code.
		if (this.#isFull()) return dueAt(since, 0, now);
		return shardWriteToGlobalAfter > 0
			? dueAt(since, shardWriteToGlobalAfter, now)
			: undefined;
	}
}
