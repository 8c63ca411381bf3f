/** A month as it is planned with: 30 days. */
export const MONTH_S = 2_592_000;

/** Keys of a namespace that decide what it costs, and how far totals lag. */
export interface Thresholds {
	shardCount: number;
	shardMinRequestToGlobal: number;
	/** Milliseconds; 0 is never. */
	shardWriteToGlobalAfter: number;
	globalMinWritesToKV: number;
	/** Milliseconds; 0 is never. */
	globalWriteToKVAfter: number;
	/** Write events kept; 0 is none. */
	writeLog: number;
	/** Milliseconds; 0 is off. */
	idempotencyWindow: number;
	/** Milliseconds for which each kind of buckets is kept. */
	history: Kept | undefined;
	/** Highest counters that are published; 0 is none. */
	top: number;
	/** Objects that hold viewers; false is none. */
	live: { objects: number } | false;
	/** Bounds of totals, or of what is counted in each period. */
	total: Bounds | undefined;
	/** Bounds of one increment. */
	increment: { min: number; max: number };
}

/** Bounds of totals; with `per`, of what is counted in each. */
export interface Bounds {
	min?: number;
	max?: number;
	per?: "hour" | "day" | "month";
}

/** Kinds of buckets, each kept for so many milliseconds; one that is missing is not. */
export interface Kept {
	minute?: number;
	hour?: number;
	day?: number;
}

/** Features, all off. */
export const NO_FEATURES: Pick<
	Thresholds,
	"history" | "top" | "live" | "total" | "increment"
> = {
	history: undefined,
	top: 0,
	live: false,
	total: undefined,
	increment: { min: 1, max: 1_000_000 },
};

/** Load of a namespace. */
export interface Load {
	/** Increment requests a second, on average over a month. */
	rate: number;
	/** Increment requests a second in the busiest minutes. */
	peak: number;
	/** Distinct counters. */
	counters: number;
	/** All counters are counted alike; else the n-th in proportion to 1/n, as pages are. */
	isUniform: boolean;
	/** Reads of a counter from KV, a second. */
	reads: number;
	/** Viewers of `/live`, at any time. */
	viewers: number;
	/** Counters that one request raises. */
	batch: number;
	/** Every increment has an Idempotency-Key. */
	isKeyed: boolean;
	/** Requests are messages of a queue. */
	isQueued: boolean;
	/** Characters of a counter's name. */
	nameCharacters: number;
}

/** A load of nothing; what is asked is written over it. */
export const NO_LOAD: Load = {
	rate: 0,
	peak: 0,
	counters: 1_000,
	isUniform: false,
	reads: 0,
	viewers: 0,
	batch: 1,
	isKeyed: false,
	isQueued: false,
	nameCharacters: 20,
};

/** Times that the platform takes, and the number of its isolates that read. */
export interface Platform {
	/** Seconds until what an object wrote is durable. */
	commitS: number;
	/** Seconds that an object takes for a call besides that. */
	answerS: number;
	/** Seconds that a call from one object to another is on its way, there and back. */
	callS: number;
	/** Seconds that a put to KV takes. */
	putS: number;
	/** Seconds that a read of KV takes. */
	getS: number;
	/** Isolates that serve reads: each keeps what it read of KV for a second. */
	isolates: number;
	/** An object is billed while a call or a timer that no request waits for is under way. */
	billsCalls: boolean;
}

/**
 * Cloudflare's, as far as it can be assumed: it promises no times. A write is
 * durable once three of five machines in other places have it
 * (https://blog.cloudflare.com/sqlite-in-durable-objects/): some 10 ms, as
 * docs/performance.md assumes. What an object computes for a call takes no more CPU
 * time than a bare one there. All reads are taken to ask KV: each isolate may
 * serve so few that it remembers none.
 */
export const CLOUDFLARE: Platform = {
	commitS: 0.01,
	answerS: 0.0005,
	callS: 0.01,
	putS: 0.2,
	getS: 0.02,
	isolates: Infinity,
	billsCalls: true,
};
