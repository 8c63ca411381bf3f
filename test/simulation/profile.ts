import type { Kept } from "../../templates/runtime/history/contract.ts";
import type { Faults } from "./faults.ts";
import type { Total } from "./settings.ts";

/** Operations of clients by their weight. */
export interface Mix {
	increment: number;
	/** Several counters at once. */
	increments: number;
	/** With an idempotency key, and tried again. */
	keyed: number;
	kv: number;
	global: number;
	exact: number;
	/** Reads of a counter's past, each by all that is kept. */
	history: number;
	/** Increments toward totals alone. */
	inNoBucket: number;
	/** Amounts that were counted elsewhere, sent again as with a key. */
	imports: number;
	/** Bounds for one counter, of its own or back to those of all. */
	bound: number;
	/** Reads of a counter's bounds. */
	limit: number;
	reset: number;
	drain: number;
	publish: number;
}

/** A kind of schedule. */
export interface Profile {
	name: string;
	faults: Faults;
	/** Operations of clients, from and to. */
	operations: readonly [number, number];
	/** Milliseconds between two of them, at the most. */
	pause: number;
	mix: Mix;
	/** Deploys of another configuration, at the most. */
	deploys: number;
	/** Lets a deploy change `shardCount`. */
	reshards: boolean;
	/** Lets a deploy change `kvPrefix`. */
	movesInKv: boolean;
	counters: number;
	/** Each increment raises two counters alike: no read may tell them apart. */
	twins: boolean;
	/** Most bytes of JSON in a page of totals. */
	pageBytes: number;
	maxCounters: readonly number[];
	/** 0 = never by time. */
	timers: readonly number[];
	thresholds: readonly number[];
	shardCounts: readonly number[];
	negative: boolean;
	/** Least and most of an increment. */
	amounts: readonly [number, number];
	/** Bounds of totals that a configuration may have; none turns them off. */
	totals: readonly Total[];
	idempotencyWindow: number;
	/** A configuration may have a window so many times as long; 0 turns keys off. */
	windows: readonly number[];
	/** Places where KV is read, besides the one where the objects live. */
	placesElsewhere: number;
	/** Isolates in each place. */
	isolates: number;
	/** Milliseconds that a Worker keeps old code after a deploy. */
	oldWorkers: number;
	/** Milliseconds that objects may be started with code from before a deploy. */
	oldObjects: number;
	/** Probability that the global object starts with code that has no journal. */
	withoutJournal: number;
	/** Probability that a shard starts with code from before history. */
	withoutHistory: number;
	/** Probability that an object starts with code from before bounds. */
	withoutBounds: number;
	/** Probability that a deploy brings back an earlier configuration. */
	rollbacks: number;
	/** Probability that it goes on from an earlier lock file. */
	forks: number;
	/** The longest wait before a key is sent again; milliseconds, or the window. */
	retriesWithin: number;
	/** Milliseconds that shards have been there when it begins. */
	age: number;
	/** After any step: an object is compared with what a restart would bring. */
	shadows: number;
	/** Those who come to watch, at the most … */
	viewers: number;
	/** … and objects that may hold them in a configuration; 0 turns live updates off. */
	liveObjects: readonly number[];
	/** Highest counters that configurations publish in turn; 0 turns that off. */
	tops: readonly number[];
	/** Retentions of history that a configuration may have; none turns it off. */
	histories: readonly Kept[];
	/** Buckets that counts may be in: later than they should, where shards are out of reach. */
	placed: "right" | "late" | "anywhere";
	/** Zones that it may have. */
	timeZones: readonly string[];
	/** Freshness is judged: nothing fails, and messages are fast. */
	judgesFreshness: boolean;
}
