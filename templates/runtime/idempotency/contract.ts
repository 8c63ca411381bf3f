import type { Database } from "../object/database.ts";
import type { Problem } from "../problem.ts";
import type { Entry } from "../protocol.ts";

/** Has increments with an idempotency key count once; `feature.ts` makes it. */
export interface Idempotency {
	/** How long a key counts once, milliseconds; 0 is off. */
	readonly windowMs: number;
	/** Addresses a request with a key: to its home, under what it asks for. */
	address(
		sharding: Sharding,
		key: string,
		entries: readonly Entry[],
	): Promise<{ home: number; key: IdempotencyKey }>;
	/** Opens what a shard knows of keys. */
	open(
		shard: number,
		sharding: Sharding,
		database: Database,
		host: LedgerHost,
	): Ledger;
}

/** A ledger's surroundings: the clock, and other shards. */
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

/** What a shard knows of keys. */
export interface Ledger {
	/**
	 * Settles with the other shards whether a key was counted there; if not,
	 * calls `count`, which must ask `record` in the step that counts.
	 */
	once<Answer>(
		request: IdempotencyKey,
		count: (key: ClaimedKey) => Promise<Answer>,
	): Promise<Answer | Verdict>;
	/** Forgets what has expired. Before `record`, and not in a transaction. */
	forget(now: number): void;
	/** Judges a key and, if it is new, remembers it as counted here. */
	record(claimed: ClaimedKey, now: number): Verdict;
	/**
	 * Answers shard `by`, which is about to count a key, what is known of it here.
	 *
	 * @throws where keys are off: then the other shard counts nothing
	 */
	claim(key: string, by: number, shardings: readonly KnownSharding[]): Claim;
}

/** A request with a key is new, the repetition of one, or refused. */
export type Verdict = "new" | "repeated" | { problem: Problem };

/**
 * A request's idempotency key, what it asked for, and what the sender knows of
 * shard counts: its code may be newer or older.
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
	/** When its request came; milliseconds since 1970. */
	since: number;
	/** Another shard has claimed it since: that one counts it. */
	isLost: boolean;
}

/** What a shard knows of an idempotency key. */
export interface KeyRecord {
	/** Of the request that this shard counted; null if it counted none. */
	fingerprint: string | null;
	/** The shards that have asked for the key: one of them may have counted it. */
	claimedBy: readonly number[];
}

/** Answers a shard that is about to count a key. */
export interface Claim extends KeyRecord, KnownShardings {}

/** A `shardCount`, and how often it had changed when that count began. */
export interface KnownSharding {
	shardCount: number;
	/** The higher, the later; -1 for an earlier count of unknown place. */
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
