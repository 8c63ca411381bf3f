import type { Host } from "../../templates/runtime/object/host.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import { Storage } from "./storage.ts";

/** Moment at which virtual time begins. */
export const EPOCH_MS = 1_700_000_000_000;

/** An object that is idle for so long loses its memory. */
const IDLE_MS = 10_000;

/** An object with its disk and its alarm, whose rows and time are counted. */
export class MeteredObject {
	readonly storage = new Storage(() => {});
	readonly host: Host;
	rings = 0;
	/** Is called before it does something, where nothing was under way for ten seconds. */
	onWake: (() => void) | undefined;
	readonly #scheduler: Scheduler;
	readonly #commitS: number;
	/** Alarms that were set. */
	#alarms = 0;
	/** Work under way, the moment at which its first began, and milliseconds before. */
	#underWay = 0;
	#since = 0;
	#awake = 0;
	/** Moment at which the last of it ended. */
	#rested = Number.POSITIVE_INFINITY;

	/** @param ring runs when the alarm rings */
	constructor(
		scheduler: Scheduler,
		random: Random,
		commitS: number,
		ring: () => Promise<void>,
	) {
		this.#scheduler = scheduler;
		this.#commitS = commitS;
		let token = 0;
		this.host = {
			now: () => EPOCH_MS + Math.floor(scheduler.now),
			random: () => random.next(),
			wait: (ms, signal) => {
				const waited = new Promise<void>((resolve, reject) => {
					// A turn of the event loop takes a millisecond.
					scheduler.after(Math.max(1, ms), resolve);
					signal?.addEventListener("abort", () => reject(signal.reason));
				});
				// A deadline is over with what it is for.
				return signal ? waited : this.during(() => waited);
			},
			setAlarm: (at) => {
				const own = ++token;
				if (at === undefined) return;
				this.#alarms++;
				const wait = Math.max(0, at - EPOCH_MS - scheduler.now);
				scheduler.after(wait, () => {
					if (own !== token) return;
					this.rings++;
					void this.during(async () => {
						await ring();
						await this.commit();
					});
				});
			},
			log: () => {},
		};
	}

	/** Rows that were written, alarms included. */
	get rows(): number {
		return this.storage.rowsWritten + this.#alarms;
	}

	/** Seconds in which anything was under way. */
	get awake(): number {
		const now = this.#underWay > 0 ? this.#scheduler.now - this.#since : 0;
		return (this.#awake + now) / 1_000;
	}

	/** Is awake while it does something. */
	async during<T>(run: () => Promise<T>): Promise<T> {
		if (this.#underWay++ === 0) this.#wake();
		try {
			return await run();
		} finally {
			if (--this.#underWay === 0) this.#rest();
		}
	}

	#wake(): void {
		const { now } = this.#scheduler;
		this.#since = now;
		if (now - this.#rested >= IDLE_MS) this.onWake?.();
	}

	#rest(): void {
		const { now } = this.#scheduler;
		this.#awake += now - this.#since;
		this.#rested = now;
	}

	/** Waits until what was written is on disk. */
	commit(): Promise<void> {
		return new Promise((resolve) =>
			this.#scheduler.after(this.#commitS * 1_000, resolve),
		);
	}
}
