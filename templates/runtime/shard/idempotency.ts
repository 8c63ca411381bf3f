import type { Problem } from "../problem.ts";
import type { Entry } from "../protocol.ts";
import type { CounterSettings } from "../settings.ts";
import type { KeyRecord, KeyStorage } from "./key-storage.ts";

/** A request's idempotency key, and what it asked for. */
export interface IdempotencyKey {
	key: string;
	/** Equal for equal requests only. */
	fingerprint: string;
	/** What the sender knows of shard counts: its code may be newer or older. */
	shardCounts: readonly number[];
	reshardings: number;
}

/** Code from before a change of `shardCount` may run for so long beside the new. */
const OVERLAP = 3_600_000;

/** A request with a key is new, the repetition of one, or refused. */
export type Verdict = "new" | "repeated" | { problem: Problem };

/** The shard that a key belongs to while there are `shardCount` of them. */
export function homeOf(key: string, shardCount: number): number {
	// FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
	let hash = 0x811c9dc5;
	for (let n = 0; n < key.length; n++)
		hash = Math.imul(hash ^ key.charCodeAt(n), 0x01000193);
	return (hash >>> 0) % shardCount;
}

/** Longer fingerprints are hashed. */
const SHORT = 100;

/** The entries as JSON, whatever their order; of long ones the SHA-256, hexadecimal. */
export async function fingerprintOf(
	entries: readonly Entry[],
): Promise<string> {
	const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
	const text = JSON.stringify(sorted);
	if (text.length <= SHORT) return text;
	const bytes = new TextEncoder().encode(text);
	const digest = await crypto.subtle.digest("SHA-256", bytes);
	return Array.from(new Uint8Array(digest), (byte) =>
		byte.toString(16).padStart(2, "0"),
	).join("");
}

/**
 * Has a key count once within its window, also across a change of
 * `shardCount`, which gives it another home.
 *
 * Before a shard counts a key that may have had another home, it claims the key
 * there. The other shard answers whether it counted the key; if it did not, it
 * remembers who asked, and asks back before it ever counts the key itself. If
 * two shards claim from each other at the same time, both refuse, and the
 * caller tries again.
 */
export class KeyLedger {
	readonly #shard: number;
	readonly #settings: CounterSettings;
	readonly #storage: KeyStorage;
	/** Until then other shards may know keys from before `shardCount` changed. */
	readonly #unsettledUntil: number;
	readonly #claimAt: (shard: number, key: string) => Promise<KeyRecord>;
	/** Keys on their way to be counted here, and whether one was claimed away. */
	readonly #underWay = new Map<string, { requests: number; lost: boolean }>();

	constructor(
		shard: number,
		settings: CounterSettings,
		storage: KeyStorage,
		now: number,
		claimAt: (shard: number, key: string) => Promise<KeyRecord>,
	) {
		this.#shard = shard;
		this.#settings = settings;
		this.#storage = storage;
		const { idempotencyWindow, reshardings } = settings;
		this.#unsettledUntil =
			storage.reshardedAt(reshardings, now) + idempotencyWindow + OVERLAP;
		this.#claimAt = claimAt;
	}

	/**
	 * Settles with the other shards whether a key was counted there; if not,
	 * calls `count`, which must ask `record` in the step that counts.
	 */
	async once<Answer>(
		request: IdempotencyKey,
		now: number,
		count: () => Promise<Answer>,
	): Promise<Answer | Verdict> {
		const { key, fingerprint } = request;
		this.#storage.forget(now);
		const underWay = this.#underWay.get(key) ?? { requests: 0, lost: false };
		this.#underWay.set(key, underWay);
		underWay.requests++;
		try {
			const counted = await this.#claimEverywhere(request, now);
			if (counted === undefined) return await count();
			return counted === fingerprint ? "repeated" : reused;
		} catch (error) {
			if (error instanceof Unsettled) return unsettled;
			throw error;
		} finally {
			underWay.requests--;
			if (underWay.requests === 0) this.#underWay.delete(key);
		}
	}

	/** Forgets what has expired. Before `record`, and not in a transaction. */
	forget(now: number): void {
		this.#storage.forget(now);
	}

	/** Judges a key and, if it is new, remembers it as counted here. */
	record({ key, fingerprint }: IdempotencyKey, now: number): Verdict {
		const known = this.#storage.find(key, now);
		if (known && known.fingerprint !== null)
			return known.fingerprint === fingerprint ? "repeated" : reused;
		if (this.#underWay.get(key)?.lost) return unsettled;
		this.#storage.save(key, { fingerprint, claimedBy: [] }, now);
		return "new";
	}

	/** Another shard is about to count a key: says what is known of it here. */
	claim(key: string, by: number, now: number): KeyRecord {
		this.#storage.forget(now);
		const known = this.#storage.find(key, now);
		if (known && known.fingerprint !== null) return known;
		const underWay = this.#underWay.get(key);
		if (underWay) underWay.lost = true;
		const claimedBy = [...new Set([...(known?.claimedBy ?? []), by])];
		this.#storage.save(key, { fingerprint: null, claimedBy }, now);
		return { fingerprint: null, claimedBy };
	}

	/** The fingerprint under which any other shard counted the key. */
	async #claimEverywhere(
		{ key, shardCounts, reshardings }: IdempotencyKey,
		now: number,
	): Promise<string | undefined> {
		const known = this.#storage.find(key, now);
		if (known && known.fingerprint !== null) return known.fingerprint;
		const own = this.#settings;
		const isSettled =
			now >= this.#unsettledUntil && reshardings === own.reshardings;
		const counts = isSettled ? [] : [...own.shardCounts, ...shardCounts];
		const asked = new Set([this.#shard]);
		const toAsk = [
			...counts.map((count) => homeOf(key, count)),
			...(known?.claimedBy ?? []),
		];
		for (const shard of toAsk) {
			if (asked.has(shard)) continue;
			asked.add(shard);
			const there = await this.#claimAt(shard, key).catch((error) => {
				throw new Unsettled(String(error));
			});
			if (there.fingerprint !== null) return there.fingerprint;
			toAsk.push(...there.claimedBy);
		}
		return undefined;
	}
}

/** Another shard that may know the key did not answer. */
class Unsettled extends Error {}

const reused: Verdict = {
	problem: {
		code: "idempotency-key-reused",
		status: 422,
		title: "The idempotency key was used for another request",
		detail: "Nothing was counted; use a new key for a new request",
	},
};

const unsettled: Verdict = {
	problem: {
		code: "idempotency-key-unsettled",
		status: 503,
		title: "It could not be settled whether the key was counted elsewhere",
		detail: "Nothing was counted now; try again with the same key in a second",
		retryAfter: 1,
	},
};
