/**
 * Version of what travels between a shard and the global object. Old and new code run
 * side by side for minutes after a deploy, so every batch names its version.
 */
export const PROTOCOL_VERSION = 1;

/**
 * Bound of {@link sizeOf} a batch, in characters: it travels in one message, which
 * may have 32 MiB. More than 100,000 names of common length fit.
 * https://developers.cloudflare.com/workers/runtime-apis/rpc/#limitations
 */
export const MAX_BATCH_CHARACTERS = 8_000_000;

/** A counter's name and a whole number: a delta or a total. */
export type Entry = readonly [name: string, value: number];

/**
 * Says of entries in which slot they were committed: so much of that counter, or
 * all that no other item has. A slot is a minute, or one in fifteen, counted since
 * 1970; what has {@link NO_SLOT} is in no bucket. What no item has is old code's.
 */
export type SlotItem =
	| readonly [slot: number, ...Amount]
	| readonly [slot: number];

/**
 * An amount of a counter. One from elsewhere names its bucket: by level (0 for
 * minutes, 1 for hours, 2 for days) and a slot in it. It has {@link NO_SLOT}, so code
 * that knows of no such buckets counts it toward the total.
 */
export type Amount = readonly [
	name: string,
	value: number,
	level?: number,
	slot?: number,
];

/** Stands in the place of a slot for what was not counted now. */
export const NO_SLOT = -1;

/** Reason of a write, in the words of `/global/writes`. */
export type WriteReason =
	| "exceedMaxRequest"
	| "afterNoRequest"
	| "requestWrite";

/** Everything a shard counted between two seals, sent until it is applied. */
export interface Batch {
	version: number;
	/** Index of the sending shard. */
	shard: number;
	/** Names the storage of the shard it is from: a lost one is followed by another. */
	epoch: number;
	/** Counts up by one within an epoch, from 1. */
	seq: number;
	reason: WriteReason;
	/** Increment requests behind it. */
	requests: number;
	entries: readonly Entry[];
	/** Slots of the entries, where history is kept … */
	slots?: readonly SlotItem[];
	/** … and the one before which the shard brings nothing after this batch. */
	mark?: number;
	/** Tells that totals have bounds, and all entries were counted against loans. */
	bounded?: true;
}

/** The last batch of an epoch of a shard that is in the totals. */
export interface Applied {
	epoch: number;
	seq: number;
}

/** An increment was counted; `repeated` if that was an earlier time. */
export interface Counted {
	shard: number;
	repeated: boolean;
}

/** Counts that a shard holds at one moment. */
export interface Holdings {
	epoch: number;
	/** Number of the last sealed batch. */
	seq: number;
	/** Entries of that batch, unless the shard knows them to be applied. */
	sealed: readonly Entry[];
	/** Entries that will be part of the next batch. */
	pending: readonly Entry[];
	/** Slots of both, and the earliest that the shard still brings, if they were asked for. */
	sealedSlots?: readonly SlotItem[];
	pendingSlots?: readonly SlotItem[];
	mark?: number;
	/** Then: it holds nothing. */
	isEmpty?: boolean;
	/** Number of entries that were left out, which is all, because they weigh too much. */
	omitted?: number;
}

/** One line of `/global/writes`. */
export interface WriteEvent {
	cmd: "writeToGlobal" | "writeToKV";
	event: WriteReason;
	/** `shard0`, `shard1`, … or `global`. */
	shardName: string;
	/**
	 * The batch's deltas, of 1,000 counters at most; empty for `writeToKV`,
	 * which publishes every total.
	 */
	counters: Record<string, number>;
	/** Milliseconds since 1970. */
	timestamp: number;
}

/** Names in their order, both bounds included; without `to`, to the end. */
export interface NameRange {
	from: string;
	to?: string | undefined;
}

/** Names of a range: all, or only those listed. Shards of earlier code answer all. */
export interface NameChoice extends NameRange {
	names?: readonly string[];
	/** Asks for slots, too, where history is kept. */
	slots?: boolean;
}

/** At most `limit` names of a range. */
export interface Part extends NameRange {
	limit: number;
}

/** A part of the totals in the order of names, and the moment they were true. */
export interface Totals {
	entries: readonly Entry[];
	/** Milliseconds since 1970. */
	asOf: number;
	/** The name that the part ends with; missing if none comes after it. */
	last?: string | undefined;
}

/**
 * Entries as a plain object: RPC takes none without a prototype. A counter called
 * `__proto__` is a key as any other.
 */
export function toRecord(entries: Iterable<Entry>): Record<string, number> {
	return Object.fromEntries(entries);
}

/** Entries added up by name. */
export function addUp(lists: Iterable<readonly Amount[]>): Entry[] {
	const sums = new Map<string, number>();
	for (const entries of lists)
		for (const [name, value] of entries)
			sums.set(name, (sums.get(name) ?? 0) + value);
	return [...sums];
}

/** Sum of the absolute values: no sum of any of them is further from 0. */
export function volumeOf(entries: readonly Amount[]): number {
	return entries.reduce((sum, [, value]) => sum + Math.abs(value), 0);
}

/** Bounds the characters that entries take in a message. */
export function sizeOf(entries: readonly Amount[]): number {
	return entries.reduce((sum, [name]) => sum + entrySizeOf(name), 0);
}

/** Bounds the characters of one entry: its number has 17 at most, the rest holds it. */
export function entrySizeOf(name: string): number {
	return name.length + 24;
}
