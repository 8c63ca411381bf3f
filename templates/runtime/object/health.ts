/** Attempts that failed. */
export interface FailureCounts {
	/** Ever. */
	total: number;
	/** Since the last success. */
	inRow: number;
}

/** Health of a shard: how much it holds, and how its flushes go. */
export interface ShardHealth {
	/** Increment requests. */
	requests: number;
	/** Distinct counters; twice, if a batch is under way and the next has it. */
	counters: number;
	/** Size of the next batch in characters: see `sizeOf`. */
	size: number;
	/** Age of the oldest of these increments; milliseconds, 0 = none. */
	lag: number;
	failures: FailureCounts;
}

/** Sums of what a shard brought to the totals since they began. */
export interface ShardStats {
	shard: number;
	flushes: number;
	/** Increment requests. */
	requests: number;
	/** Sum of the absolute deltas. */
	volume: number;
}

/** Health of bounds. */
export interface LimitsHealth {
	/** Tells whether they hold: every shard is drained. */
	holds: boolean;
	/** Counters that have bounds of their own. */
	own: number;
	/** Loans that shards may have something left of. */
	lent: number;
}

/** Health of a namespace. */
export interface NamespaceHealth {
	/** Distinct names that have room. */
	counters: number;
	maxCounters: number;
	/** All there are, retired ones too. One that did not answer has no health. */
	shards: (ShardStats & { health: ShardHealth | undefined })[];
	/** Requests that were refused, by the code of the problem. */
	refusals: Record<string, number>;
	/** Volume that came once its bucket of history was final; missing without history. */
	late?: number;
	/** Missing where totals have no bounds. */
	limits?: LimitsHealth;
	kv: {
		publications: number;
		failures: FailureCounts;
		/** Shard writes and resets that KV does not have. */
		unpublished: number;
		/** Age of the oldest of these; milliseconds, 0 = none. */
		lag: number;
	};
}

/** Counts the milliseconds since a moment; 0 if there is none. Clocks may step back. */
export function age(since: number | null | undefined, now: number): number {
	return Math.max(0, now - (since ?? now));
}
