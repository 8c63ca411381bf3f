import type { Alarm } from "../object/alarm.ts";
import type { AttemptLog } from "../object/attempt-log.ts";
import { backoff } from "../object/backoff.ts";
import { dueAt } from "../object/clock.ts";
import type { WriteReason } from "../protocol.ts";
import type { CounterSettings } from "../settings.ts";
import type { Writes } from "../write-log/contract.ts";
import {
	type PageHost,
	PagePublisher,
	RETENTION_MS,
} from "./page-publisher.ts";
import type { PageStorage } from "./page-storage.ts";
import type { PublicationStorage, Unpublished } from "./publication-storage.ts";
import type { GlobalStorage } from "./storage.ts";

/**
 * KV takes one write a second for a key.
 * https://developers.cloudflare.com/kv/platform/limits/
 */
const KV_PACE_MS = 1_000;

/** Storages that publishing reads and writes. */
export interface PublisherStorage {
	totals: GlobalStorage;
	pages: PageStorage;
	publication: PublicationStorage;
	log: Writes;
}

/**
 * Brings the totals to KV when enough has come, or enough time has passed, and
 * never faster than KV takes them.
 */
export class Publisher {
	readonly #settings: CounterSettings;
	readonly #storage: PublisherStorage;
	readonly #host: PageHost;
	readonly #pages: PagePublisher;
	readonly #alarm: Alarm;
	readonly #attempts: AttemptLog;
	/**
	 * The current key may lack what was published under another prefix or what is
	 * published only since this code, or a publication was begun that nobody has ended.
	 */
	#mustPublish: boolean;
	#failures = 0;
	/** Moment of the last failure, and milliseconds until the next attempt. */
	#failedAt = 0;
	#retryAfter = 0;
	#publishing: Promise<void> | undefined;

	constructor(
		settings: CounterSettings,
		storage: PublisherStorage,
		attempts: AttemptLog,
		alarm: Alarm,
		host: PageHost,
	) {
		const { kvPrefix } = settings;
		this.#settings = settings;
		this.#storage = storage;
		this.#host = host;
		this.#pages = new PagePublisher(kvPrefix, storage.pages, host);
		this.#alarm = alarm;
		this.#attempts = attempts;
		const { triedAt } = this.#unpublished();
		// Publishes also where no prefix was noted, after an attempt that failed: one
		// publication too many costs a put, one too few an empty key.
		this.#mustPublish =
			(triedAt > 0 && storage.publication.publishedUnder() !== kvPrefix) ||
			storage.publication.unfinished() !== undefined ||
			storage.pages.isLacking();
		// The platform drops an alarm that failed too often: bring it back.
		this.arm();
	}

	/** Publishes now, as soon as KV's pace allows. */
	async publish(): Promise<void> {
		// One that is under way may have read the totals too early.
		await this.#publishing?.catch(() => {});
		// Finishes an earlier attempt first: it is older than this call, too.
		if (this.#storage.publication.unfinished())
			await this.#publish("requestWrite");
		await this.#publish("requestWrite");
	}

	/** To be called when totals changed. */
	arm(): void {
		this.#alarm.ringBy(this.nextAt());
	}

	/**
	 * The alarm rang: publishes what is due, deletes what is no longer read. Never
	 * throws.
	 */
	async rang(now: number): Promise<void> {
		if ((this.#dueAt(now) ?? Infinity) <= now)
			await this.#publish(this.#reason()).catch(() => {});
		await this.#pages.deleteStale();
	}

	/** Publishes, or joins the publication that is under way. */
	#publish(reason: WriteReason): Promise<void> {
		this.#publishing ??= this.#put(reason)
			.catch((error) => {
				this.#failed(error);
				throw error;
			})
			.finally(() => {
				this.#publishing = undefined;
				this.arm();
			});
		return this.#publishing;
	}

	async #put(reason: WriteReason): Promise<void> {
		const { publication, totals, log } = this.#storage;
		const { triedAt } = this.#unpublished();
		const early = triedAt + KV_PACE_MS - this.#host.now();
		if (early > 0) await this.#host.wait(Math.min(early, KV_PACE_MS));
		const now = this.#host.now();
		const snapshot = publication.stage(
			this.#unpublished(),
			now,
			version(now, this.#host.random()),
			this.#host.pageBytes,
		);
		await this.#pages.putPages();
		publication.trying(this.#host.now());
		await this.#pages.putTotals(snapshot);
		publication.published(
			snapshot,
			totals.written,
			this.#host.now() + RETENTION_MS,
		);
		this.#pages.published();
		log.append({
			cmd: "writeToKV",
			event: reason,
			shardName: "global",
			entries: [],
			timestamp: snapshot.asOf,
		});
		// Not before all is noted: a full disk would have KV written to each second.
		this.#failures = 0;
		this.#retryAfter = 0;
		this.#mustPublish = this.#storage.pages.isLacking();
		this.#attempts.succeeded();
		this.#host.log("debug", "published", () => ({
			asOf: snapshot.asOf,
			writes: snapshot.writes,
			inPages: snapshot.text === undefined,
		}));
	}

	#unpublished(): Unpublished {
		const { publication, totals } = this.#storage;
		return publication.unpublished(totals.written);
	}

	#failed(error: unknown): void {
		this.#failures++;
		// It was begun, so it is ended, whatever the thresholds say.
		this.#mustPublish = true;
		const wait = Math.max(
			KV_PACE_MS,
			backoff(this.#failures, this.#host.random()),
		);
		this.#failedAt = this.#host.now();
		this.#retryAfter = wait;
		this.#attempts.failed(error, wait);
	}

	#isFull(): boolean {
		const { writes, urgent } = this.#unpublished();
		return urgent === 1 || writes >= this.#settings.globalMinWritesToKV;
	}

	#reason(): WriteReason {
		return this.#isFull() ? "exceedMaxRequest" : "afterNoRequest";
	}

	/** Finds when there is something to do. */
	nextAt(): number | undefined {
		const at = Math.min(
			this.#dueAt() ?? Infinity,
			this.#pages.deleteAt ?? Infinity,
		);
		return at === Infinity ? undefined : at;
	}

	/** Finds when KV must be written to: never before its pace allows. */
	#dueAt(now = this.#host.now()): number | undefined {
		const { globalWriteToKVAfter } = this.#settings;
		const { since, triedAt } = this.#unpublished();
		const earliest = Math.max(
			dueAt(triedAt, KV_PACE_MS, now),
			dueAt(this.#failedAt, this.#retryAfter, now),
		);
		if (this.#mustPublish) return earliest;
		if (since === null) return;
		if (this.#isFull()) return Math.max(dueAt(since, 0, now), earliest);
		return globalWriteToKVAfter > 0
			? Math.max(dueAt(since, globalWriteToKVAfter, now), earliest)
			: undefined;
	}
}

/** No two publications have the same one, even of objects that lost their disk. */
function version(now: number, random: number): string {
	return `${now.toString(36)}-${random.toString(36).slice(2, 10)}`;
}
