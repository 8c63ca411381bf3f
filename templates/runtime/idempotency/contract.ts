import type { Database, Remember } from "../object/database.ts";
import type { Problem } from "../problem.ts";
import type { Amount } from "../protocol.ts";

/** Has increments with an idempotency key count once; `feature.ts` makes it. */
export interface Idempotency {
	/** Time within which a key counts once, milliseconds; 0 is off. */
	readonly windowMs: number;
	/** Addresses a request with a key: to its home, under what it asks for. */
	address(
		sharding: Sharding,
		key: string,
		entries: readonly Amount[],
	): Promise<{ home: number; key: IdempotencyKey }>;
	/** Opens what a shard knows of keys. */
	open(
		shard: number,
		sharding: Sharding,
		database: Database,
		host: LedgerHost,
	): Ledger;
}

/** Surroundings of a ledger: the clock, and other shards. */
export interface LedgerHost {
	/** Milliseconds since 1970. */
	now(): number;
	/** Claims a key from another shard. */
	claimAt(
		shard: number,
		key: string,
		shardings: readonly KnownSharding[],
	): Promise<Claim>;
}

/** Keys and claims that a shard knows. */
export interface Ledger {
	/** Keys of requests on their way to be counted. */
	readonly underWay: number;
	/**
	 * Settles with the other shards whether a key was counted there; if not,
	 * calls `count`, which must ask `record` in the step that counts.
	 */
	once<Answer>(
		request: IdempotencyKey,
		count: (key: ClaimedKey) => Promise<Answer>,
	): Promise<Answer | Verdict>;
	/**
	 * One request with a key was answered that it is not counted: nor are others with
	 * the same key that are under way.
	 */
	refused(key: ClaimedKey): void;
	/** Forgets what has expired. Before `record`, and not in a transaction. */
	forget(now: number): void;
	/**
	 * Judges the keys of a commit in turn, and remembers those that are new as
	 * counted here. What has no key is new. To be called in the transaction that
	 * counts.
	 *
	 * @param admit judges in turn those that are new: others are not remembered
	 */
	record(
		claimed: readonly (ClaimedKey | undefined)[],
		now: number,
		admit?: (n: number) => Verdict,
	): { verdicts: Verdict[]; remember: Remember };
	/**
	 * Answers shard `by`, which is about to count a key, what is known of it here.
	 *
	 * @throws where keys are off: then the other shard counts nothing
	 */
	claim(key: string, by: number, shardings: readonly KnownSharding[]): Claim;
}

/**
 * Says of a request that it is new, a repetition, or refused; or that a loan is too
 * small for it, where totals have bounds.
 */
export type Verdict = "new" | "repeated" | "short" | { problem: Problem };

/**
 * Idempotency key of a request, with a mark of what it asked for, and the shard
 * counts that its sender knows: that code may be newer or older.
 */
export interface IdempotencyKey extends Sharding {
	key: string;
	/** Equal for equal requests only. */
	fingerprint: string;
}

/** A key that may be counted here. */
export interface ClaimedKey {
	key: string;
	fingerprint: string;
	/** Arrival of its request; milliseconds since 1970. */
	since: number;
	/** Another shard has claimed it since: that one counts it. */
	isClaimedElsewhere: boolean;
}

/** Fate of an idempotency key, as far as a shard knows. */
export interface KeyRecord {
	/** Fingerprint of the request that this shard counted; null if it counted none. */
	fingerprint: string | null;
	/** Shards that have asked for the key: one of them may have counted it. */
	claimedBy: readonly number[];
}

/** Answers a shard that is about to count a key. */
export interface Claim extends KeyRecord, KnownShardings {}

/** One `shardCount` of a namespace, and its place among all there were. */
export interface KnownSharding {
	shardCount: number;
	/** Changes of `shardCount` before it; -1 for an earlier count of unknown place. */
	reshardings: number;
}

/** Tells what code knows of shard counts: its own, and every one there ever was. */
export interface Sharding extends KnownSharding {
	shardCounts: readonly number[];
}

/** Answers another shard what this one knows of shardings. */
export interface KnownShardings {
	/** All that it knows … */
	shardings: readonly KnownSharding[];
	/** … and for how long it has known the latest; milliseconds. */
	latestForMs: number;
}
