import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** A write is seen elsewhere after so long at the most; milliseconds. */
const ARRIVES_WITHIN_MS = 60_000;

/** A place keeps for so long what it read, or did not find, at the most. */
const KEPT_MS = 30_000;

/** Longest time that KV elsewhere is behind what was put; milliseconds. */
export const ELSEWHERE_MS = ARRIVES_WITHIN_MS + KEPT_MS;

/** Entry of a key; undefined if there is none. */
interface Version<T> {
	at: number;
	entry: T | undefined;
}

/**
 * The places where KV is read, other than the one where it is written. What is
 * put arrives in each of them later, key by key; and each goes on answering
 * what it read before, or that it found nothing.
 */
export class KvPlaces<T> {
	readonly #random: Random;
	readonly #scheduler: Scheduler;
	readonly #arriving: Map<string, Version<T>[]>[];
	readonly #kept: Map<string, { entry: T | undefined; until: number }>[];

	constructor(random: Random, scheduler: Scheduler, places: number) {
		this.#random = random;
		this.#scheduler = scheduler;
		this.#arriving = Array.from({ length: places }, () => new Map());
		this.#kept = Array.from({ length: places }, () => new Map());
	}

	/** Something was put or, without an entry, deleted. */
	put(key: string, entry: T | undefined): void {
		const { now } = this.#scheduler;
		for (const versions of this.#arriving) {
			const known = versions.get(key) ?? [];
			// Never before what was put earlier.
			const earliest = Math.max(now, known.at(-1)?.at ?? 0);
			const latest = now + ARRIVES_WITHIN_MS;
			known.push({ at: this.#random.int(earliest, latest), entry });
			versions.set(key, known);
		}
	}

	/** Answers for a key as a place does; the first place elsewhere is 1. */
	get(place: number, key: string): T | undefined {
		const { now } = this.#scheduler;
		const kept = this.#kept[place - 1];
		const known = kept?.get(key);
		if (known && now < known.until) return known.entry;
		const entry = this.#arrived(place, key);
		const until = now + this.#random.int(0, KEPT_MS);
		kept?.set(key, { entry, until });
		return entry;
	}

	/** Tells whether a place has answered something for a key. */
	hasAnswered(place: number, key: string): boolean {
		return this.#kept[place - 1]?.get(key)?.entry !== undefined;
	}

	#arrived(place: number, key: string): T | undefined {
		const versions = this.#arriving[place - 1]?.get(key) ?? [];
		const { now } = this.#scheduler;
		return versions.findLast(({ at }) => at <= now)?.entry;
	}
}
