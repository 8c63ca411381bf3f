import type { Problem } from "../problem.ts";
import type { Entry } from "../protocol.ts";
import {
	COUNTED_WITHIN_MS,
	type KeyRecord,
	type KeyStorage,
} from "./key-storage.ts";
import {
	type KnownSharding,
	type KnownShardings,
	knownTo,
	type Sharding,
	type Shardings,
} from "./shardings.ts";

/**
 * A request's idempotency key, what it asked for, and what the sender knows of
 * shard counts: its code may be newer or older.
 */
export interface IdempotencyKey extends Sharding {
	key: string;
	/** Equal for equal requests only. */
	fingerprint: string;
}

/** Answers a shard that is about to count a key. */
export interface Claim extends KeyRecord, KnownShardings {}

/** A key that may be counted here. */
export interface ClaimedKey {
	key: string;
	fingerprint: string;
	/** When its request came; milliseconds since 1970. */
	since: number;
	/** Another shard has claimed it since: that one counts it. */
	isLost: boolean;
}

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
 * Has a key count once within its window, also across changes of `shardCount`,
 * which give it another home, and rollbacks, which give it back.
 *
 * Before a shard counts a key that may have had another home, it claims the key
 * there. The other shard answers whether it counted the key; if it did not, it
 * remembers who asked, and asks back before it ever counts the key itself. If
 * two shards claim from each other at the same time, both refuse, and the
 * caller tries again. {@link Shardings} says which shards to ask.
 */
export class KeyLedger {
	readonly #shard: number;
	readonly #storage: KeyStorage;
	readonly #shardings: Shardings;
	readonly #now: () => number;
	readonly #claimAt: (
		shard: number,
		key: string,
		shardings: readonly KnownSharding[],
	) => Promise<Claim>;
	/** Requests on their way to be counted here, by key. */
	readonly #underWay = new Map<string, Set<ClaimedKey>>();

	constructor(
		shard: number,
		sharding: Sharding,
		storage: KeyStorage,
		shardings: Shardings,
		now: () => number,
		claimAt: (
			shard: number,
			key: string,
			shardings: readonly KnownSharding[],
		) => Promise<Claim>,
	) {
		this.#shard = shard;
		this.#storage = storage;
		this.#shardings = shardings;
		this.#now = now;
		this.#claimAt = claimAt;
		shardings.note(knownTo(sharding), now());
	}

	/**
	 * Settles with the other shards whether a key was counted there; if not,
	 * calls `count`, which must ask `record` in the step that counts.
	 */
	async once<Answer>(
		request: IdempotencyKey,
		count: (key: ClaimedKey) => Promise<Answer>,
	): Promise<Answer | Verdict> {
		const { key, fingerprint } = request;
		const now = this.#now();
		this.#storage.forget(now);
		this.#shardings.note(knownTo(request), now);
		const claimed = { key, fingerprint, since: now, isLost: false };
		const underWay = this.#underWay.get(key) ?? new Set();
		this.#underWay.set(key, underWay.add(claimed));
		try {
			const counted = await this.#claimEverywhere(key);
			if (counted === undefined) return await count(claimed);
			return counted === fingerprint ? "repeated" : reused;
		} catch (error) {
			if (error instanceof Unsettled) return unsettled;
			throw error;
		} finally {
			underWay.delete(claimed);
			if (underWay.size === 0) this.#underWay.delete(key);
		}
	}

	/** Forgets what has expired. Before `record`, and not in a transaction. */
	forget(now: number): void {
		this.#storage.forget(now);
	}

	/** Judges a key and, if it is new, remembers it as counted here. */
	record(claimed: ClaimedKey, now: number): Verdict {
		const { key, fingerprint, since, isLost } = claimed;
		const known = this.#storage.find(key, now);
		if (known && known.fingerprint !== null)
			return known.fingerprint === fingerprint ? "repeated" : reused;
		// By now another shard may know more; and the clock may have been set.
		const isLate = Math.abs(now - since) > COUNTED_WITHIN_MS;
		if (isLate || isLost) return unsettled;
		this.#storage.save(key, { fingerprint, claimedBy: [] }, now);
		return "new";
	}

	/** Another shard is about to count a key: says what is known of it here. */
	claim(key: string, by: number, shardings: readonly KnownSharding[]): Claim {
		const now = this.#now();
		this.#storage.forget(now);
		this.#shardings.note(shardings, now);
		return { ...this.#claim(key, by, now), ...this.#shardings.answer(now) };
	}

	#claim(key: string, by: number, now: number): KeyRecord {
		const known = this.#storage.find(key, now);
		if (known && known.fingerprint !== null) return known;
		// Those that come later find the claim, and ask back.
		for (const claimed of this.#underWay.get(key) ?? []) claimed.isLost = true;
		const claimedBy = [...new Set([...(known?.claimedBy ?? []), by])];
		this.#storage.save(key, { fingerprint: null, claimedBy }, now);
		return { fingerprint: null, claimedBy };
	}

	/**
	 * Claims a key from all who may know it.
	 *
	 * @returns the fingerprint under which one of them, or this shard, counted it
	 */
	async #claimEverywhere(key: string): Promise<string | undefined> {
		const known = this.#storage.find(key, this.#now());
		if (known && known.fingerprint !== null) return known.fingerprint;
		const claimedBy = [...(known?.claimedBy ?? [])];
		const asked = new Set([this.#shard]);
		for (;;) {
			// Anew after each answer: it may have told of another sharding.
			const next = [
				...this.#shardings.homes((count) => homeOf(key, count), this.#now()),
				...claimedBy,
			].find((shard) => !asked.has(shard));
			if (next === undefined) return undefined;
			asked.add(next);
			const there = await this.#ask(next, key);
			if (there.fingerprint !== null) return there.fingerprint;
			claimedBy.push(...there.claimedBy);
		}
	}

	async #ask(shard: number, key: string): Promise<Claim> {
		const { all } = this.#shardings;
		const there = await this.#claimAt(shard, key, all).catch((error) => {
			throw new Unsettled(String(error));
		});
		this.#shardings.heard(shard, there, this.#now());
		return there;
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
