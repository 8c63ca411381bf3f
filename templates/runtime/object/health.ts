/** Attempts that failed. */
export interface FailureCounts {
	/** Ever. */
	total: number;
	/** Since the last success. */
	inRow: number;
}

/** What a shard holds that may not be in the totals, and how it gets on. */
export interface ShardHealth {
	/** Increment requests. */
	requests: number;
	/** Distinct counters; twice, if a batch is under way and the next has it. */
	counters: number;
	/** What the names of the batch weigh that is next: see `sizeOf`. */
	size: number;
	/** Age of the oldest of these increments; milliseconds, 0 = none. */
	lag: number;
	failures: FailureCounts;
}

/** What a shard brought to the totals since they began. */
export interface ShardStats {
	shard: number;
	flushes: number;
	/** Increment requests. */
	requests: number;
	/** Sum of the absolute deltas. */
	volume: number;
}

/** How a namespace gets on. */
export interface NamespaceHealth {
	/** Distinct names that have room. */
	counters: number;
	maxCounters: number;
	/** All there are, retired ones too. One that did not answer has no health. */
	shards: (ShardStats & { health: ShardHealth | undefined })[];
	/** Requests that were refused, by the code of the problem. */
	refusals: Record<string, number>;
	kv: {
		publications: number;
		failures: FailureCounts;
		/** Shard writes and resets that KV does not have. */
		unpublished: number;
		/** Age of the oldest of these; milliseconds, 0 = none. */
		lag: number;
	};
}

/** How long ago a moment was; 0 if there is none. Clocks may step back. */
export function age(since: number | null | undefined, now: number): number {
	return Math.max(0, now - (since ?? now));
}
