import type { Remember } from "../object/database.ts";
import type {
	Claim,
	ClaimedKey,
	IdempotencyKey,
	KeyRecord,
	KnownSharding,
	Ledger,
	LedgerHost,
	Sharding,
	Verdict,
} from "./contract.ts";
import { homeOf } from "./key-home.ts";
import { COUNTED_WITHIN_MS, type KeyStorage } from "./key-storage.ts";
import { knownTo, type Shardings } from "./shardings.ts";

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
export class KeyLedger implements Ledger {
	readonly #shard: number;
	readonly #storage: KeyStorage;
	readonly #shardings: Shardings;
	readonly #host: LedgerHost;
	/** Requests on their way to be counted here, by key. */
	readonly #underWay = new Map<string, Set<ClaimedKey>>();

	constructor(
		shard: number,
		sharding: Sharding,
		storage: KeyStorage,
		shardings: Shardings,
		host: LedgerHost,
	) {
		this.#shard = shard;
		this.#storage = storage;
		this.#shardings = shardings;
		this.#host = host;
		shardings.note(knownTo(sharding), host.now());
	}

	get underWay(): number {
		return this.#underWay.size;
	}

	async once<Answer>(
		request: IdempotencyKey,
		count: (key: ClaimedKey) => Promise<Answer>,
	): Promise<Answer | Verdict> {
		const { key, fingerprint } = request;
		const now = this.#host.now();
		this.#storage.forget(now);
		this.#shardings.note(knownTo(request), now);
		const claimed = { key, fingerprint, since: now, isClaimedElsewhere: false };
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

	refused({ key }: ClaimedKey): void {
		for (const claimed of this.#underWay.get(key) ?? [])
			claimed.isClaimedElsewhere = true;
	}

	forget(now: number): void {
		this.#storage.forget(now);
	}

	record(
		claimed: readonly (ClaimedKey | undefined)[],
		now: number,
		admit: (n: number) => Verdict = () => "new",
	): { verdicts: Verdict[]; remember: Remember } {
		/** Fingerprints by key. */
		const counted = new Map<string, string>();
		const verdicts = claimed.map((one, n) => {
			if (!one) return admit(n);
			const judged = this.#judge(one, counted, now);
			const verdict = judged === "new" ? admit(n) : judged;
			if (verdict === "new") counted.set(one.key, one.fingerprint);
			return verdict;
		});
		return { verdicts, remember: this.#storage.count(counted, now) };
	}

	#judge(
		{ key, fingerprint, since, isClaimedElsewhere }: ClaimedKey,
		counted: ReadonlyMap<string, string>,
		now: number,
	): Verdict {
		const known =
			counted.get(key) ?? this.#storage.find(key, now)?.fingerprint ?? null;
		if (known !== null) return known === fingerprint ? "repeated" : reused;
		// Refuses what took too long: by now another shard may know more.
		const isLate = Math.abs(now - since) > COUNTED_WITHIN_MS;
		return isLate || isClaimedElsewhere ? unsettled : "new";
	}

	claim(key: string, by: number, shardings: readonly KnownSharding[]): Claim {
		const now = this.#host.now();
		this.#storage.forget(now);
		this.#shardings.note(shardings, now);
		return { ...this.#claim(key, by, now), ...this.#shardings.answer(now) };
	}

	#claim(key: string, by: number, now: number): KeyRecord {
		const known = this.#storage.find(key, now);
		if (known && known.fingerprint !== null) return known;
		// Marks those under way; later ones find the claim on disk, and ask back.
		for (const claimed of this.#underWay.get(key) ?? [])
			claimed.isClaimedElsewhere = true;
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
		const known = this.#storage.find(key, this.#host.now());
		if (known && known.fingerprint !== null) return known.fingerprint;
		const claimedBy = [...(known?.claimedBy ?? [])];
		const asked = new Set([this.#shard]);
		for (;;) {
			// Looks anew after each answer: it may have told of another sharding.
			const next = [
				...this.#shardings.homes(
					(count) => homeOf(key, count),
					this.#host.now(),
				),
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
		const there = await this.#host.claimAt(shard, key, all).catch((error) => {
			throw new Unsettled(String(error));
		});
		this.#shardings.heard(shard, there, this.#host.now());
		return there;
	}
}

/** Stands for a shard that may know the key and did not answer. */
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
