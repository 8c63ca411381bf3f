import type { Host } from "../object/host.ts";
import { type Entry, volumeOf } from "../protocol.ts";
import { type Delta, MAX_TOTAL } from "./delta.ts";
import type { GlobalStorage } from "./storage.ts";

/** Names past which the delta is made smaller, in a step of its own … */
export const MAX_DELTA_NAMES = 25_000;

/** … those past which a batch waits for that … */
const MAX_NAMES_BEFORE_BATCH = 50_000;

/** … and those that are left. */
const KEPT_NAMES = 20_000;

/** Volume that a batch must not bring it past: no sum may pass what a number holds. */
const MAX_DELTA_VOLUME = MAX_TOTAL;

/**
 * Keeps the delta to a bounded number of names, whatever the number of counters:
 * what it has of those that are seldom counted goes to their rows. Where history
 * is kept, so does what it has of slots, and what is due of buckets is done.
 *
 * It needs no alarm: after a restart, the next batch has it go on.
 */
export class Eviction {
	readonly #delta: Delta;
	readonly #storage: GlobalStorage;
	readonly #host: Pick<Host, "wait" | "now">;
	#isUnderWay = false;

	constructor(
		delta: Delta,
		storage: GlobalStorage,
		host: Pick<Host, "wait" | "now">,
	) {
		this.#delta = delta;
		this.#storage = storage;
		this.#host = host;
	}

	/** Has the delta take a batch: to be called before that. */
	makeRoom(entries: readonly Entry[]): void {
		if (this.#delta.volume + volumeOf(entries) > MAX_DELTA_VOLUME)
			this.#storage.evict(0);
		else if (this.#delta.names > MAX_NAMES_BEFORE_BATCH)
			this.#storage.evict(KEPT_NAMES);
		const { past } = this.#storage;
		if (past && past.pairs > MAX_NAMES_BEFORE_BATCH)
			this.#storage.evictSlots(past);
	}

	/** Evicts in a later step, if it is due. Never throws. */
	soon(): void {
		if (this.#isUnderWay || !(this.#storage.past || this.#isDue)) return;
		this.#isUnderWay = true;
		void this.#evict().finally(() => {
			this.#isUnderWay = false;
		});
	}

	get #isDue(): boolean {
		return this.#delta.names > MAX_DELTA_NAMES;
	}

	async #evict(): Promise<void> {
		try {
			do await this.#host.wait(0);
			while (this.#step());
		} catch {
			// The disk is full: the next batch tries again, or is refused.
		}
	}

	/** Does one thing that is due; false if that was the last. */
	#step(): boolean {
		if (this.#isDue) this.#storage.evict(KEPT_NAMES);
		const { past } = this.#storage;
		if (!past) return false;
		if (past.pairs > MAX_DELTA_NAMES) {
			this.#storage.evictSlots(past);
			return true;
		}
		return past.step(this.#storage.shards(), this.#host.now());
	}
}
