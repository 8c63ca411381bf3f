import { backoff } from "./backoff.ts";
import type { Host } from "./host.ts";

/**
 * One that is so late was lost, milliseconds: the platform gives up after six
 * retries. https://developers.cloudflare.com/durable-objects/api/alarms/
 */
const LATE_MS = 60_000;
/** Longest pause after an alarm that rang early. */
const PAUSE_MS = 1_000;

/**
 * The one alarm of an object. While it works, the alarm may ring before
 * something is due, never after: so it is written once in a while, not whenever
 * that moment changes.
 */
export class Alarm {
	readonly #host: Host;
	#at: number | undefined | "unknown" = "unknown";
	/** Settles once the alarm is set to `#at`; never rejects. */
	#setting: Promise<void> = Promise.resolve();

	constructor(host: Host) {
		this.#host = host;
	}

	/** Rings at `at` at the latest; whenever it likes, if nothing is due. */
	ringBy(at: number | undefined): void {
		if (at === undefined) return;
		const now = this.#host.now();
		const by = Math.max(at, now);
		const set = this.#at;
		if (typeof set !== "number" || by < set || set < now - LATE_MS)
			void this.ringAt(by);
	}

	/** Rings at `at`, or not at all; resolves once that is set. Never throws. */
	ringAt(at: number | undefined): Promise<void> {
		if (at !== this.#at) {
			this.#at = at;
			this.#setting = this.#set(at);
		}
		return this.#setting;
	}

	/**
	 * To be called when it rings: the platform has cleared it then. Pauses if it
	 * rang before the moment it was set to. Where the platform's clock is ahead of
	 * the object's, it would else ring, be set to the same moment and ring again,
	 * thousands of times.
	 *
	 * @param dueAt the time at which there is something to do
	 * @returns the time, the pause included: the clock may stand still
	 */
	async rang(dueAt: number | undefined): Promise<number> {
		const now = this.#host.now();
		const isEarly = typeof this.#at === "number" && this.#at > now;
		this.#at = undefined;
		const left = (dueAt ?? now) - now;
		if (!isEarly || left <= 0) return now;
		const pause = Math.min(left, PAUSE_MS);
		await this.#host.wait(pause);
		return Math.max(now + pause, this.#host.now());
	}

	/** Tries again until it is set, or is to be set otherwise: a disk may be full. */
	async #set(at: number | undefined): Promise<void> {
		for (let failures = 1; this.#at === at; failures++)
			try {
				return await this.#host.setAlarm(at);
			} catch {
				await this.#host.wait(backoff(failures, this.#host.random()));
			}
	}
}
