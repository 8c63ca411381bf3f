import type { Context } from "hono";
import type { Database, Remember } from "../object/database.ts";
import type { Host } from "../object/host.ts";
import type { PageOptions } from "../paging.ts";
import type { Refusal } from "../problem.ts";
import type {
	Amount,
	Batch,
	Entry,
	Holdings,
	NameChoice,
	NameRange,
	Part,
	SlotItem,
} from "../protocol.ts";

/** A kind of buckets that may be kept. */
export type HistoryUnit = "minute" | "hour" | "day";

/** Milliseconds that buckets of each kind are kept; a kind that is missing is not kept. */
export type Kept = { readonly [unit in HistoryUnit]?: number };

/** Keeps what was counted when; `feature.ts` makes it. */
export interface History {
	/** Kinds of buckets that are kept; none where it is off. */
	readonly kept: Kept;
	/** IANA zone in which hours and days begin. */
	readonly timeZone: string;
	/** Opens the side of a shard; undefined where it is off. */
	openShard(database: Database): Stamps | undefined;
	/** Opens the side of the global object; undefined where it is off. */
	open(database: Database, host: Pick<Host, "now">): Past | undefined;
	/**
	 * Reads amounts that were counted elsewhere.
	 *
	 * @throws CounterProblem (400) if they are none, and where history is off
	 */
	amounts(amounts: readonly ImportedAmount[]): Amount[];
	/** Makes what answers `GET /history/:counter`; missing where it is off. */
	readonly route?: (door: HistoryDoor) => Handle;
	/** Makes what answers `GET /global/history`; missing where it is off. */
	readonly part?: (door: HistoryDoor) => Handle;
	/** Makes what answers `GET /top`, by another handler without `by`; missing where off. */
	readonly top?: (door: HistoryDoor, ofAllTime?: Handle) => Handle;
}

/**
 * An amount that was counted elsewhere, and perhaps in which minute, hour or day: a
 * moment of it is in milliseconds since 1970 or ISO 8601.
 */
export type ImportedAmount =
	| readonly [counter: string, by: number]
	| readonly [
			counter: string,
			by: number,
			unit: HistoryUnit,
			at: number | string,
	  ];

/** Answers a request to a route. */
export type Handle = (c: Context) => Promise<Response>;

/** The part of a Worker that its routes go through. */
export interface HistoryDoor {
	/** Puts a handler behind what guards reads … */
	read(handle: Handle): Handle;
	/** … and behind what guards admin routes. */
	admin(handle: Handle): Handle;
	/** Reaches the global object. */
	global(env: object): {
		history(counter: string, options: HistoryOptions): Promise<CounterHistory>;
		historyPart(
			options: PageOptions & { read?: "exact" },
		): Promise<HistoryPart>;
		historyTop(question: TopQuestion): Promise<BucketTop>;
	};
	/** Takes `limit` and `cursor` from a request. */
	page(c: Context): PageOptions;
	answer(data: object, headers?: Record<string, string>): Response;
	answerText(text: string, type: string): Response;
}

/** The side of a shard: says of each commit when it was. */
export interface Stamps {
	/**
	 * Begins the slots of a batch.
	 *
	 * @param since moment of its first increment; milliseconds since 1970
	 */
	begin(since: number): BatchSlots;
	/**
	 * Finds the slot of a commit.
	 *
	 * @param size characters of the open batch, whose slots `open` are
	 */
	at(now: number, open: BatchSlots | undefined, size: number): number;
	/**
	 * Finds a slot, and has the shard stamp nothing before it from now on.
	 *
	 * @param later slots of what is not told yet, oldest first
	 */
	mark(now: number, later: readonly (BatchSlots | undefined)[]): number;
}

/** Entries of a batch by slot. */
export interface BatchSlots {
	/** The earliest slot; undefined if there is none. */
	readonly oldest: number | undefined;
	/** The latest one. */
	readonly newest: number | undefined;
	/** Adds entries, and counts the characters that they take more than before. */
	add(slot: number, entries: readonly Amount[]): number;
	/** Lists entries by slot: all, or those of some names. */
	list(choice?: NameChoice): (readonly [slot: number, Amount[]])[];
	/** Makes what travels with the entries of the whole batch. */
	items(entries: ReadonlyMap<string, number>): SlotItem[];
}

/** A question for a counter's past. */
export interface HistoryQuestion {
	counter: string;
	by: HistoryUnit;
	range: HistoryRange;
}

/**
 * Up to {@link MAX_POINTS} buckets: the last ones, with the current; or those that begin
 * before `to`, from the one that has `from` in it; milliseconds since 1970.
 */
export type HistoryRange = { last: number } | { from: number; to: number };

/** Chooses buckets of a counter. */
export type HistoryOptions = HistoryRange & {
	by: HistoryUnit;
	/** With everything that was acknowledged before; as the global object has it without. */
	read?: "exact";
};

/** Buckets that an answer may have. */
export const MAX_POINTS = 1_000;

/** A bucket of a counter. */
export interface Point {
	/** Its beginning; milliseconds since 1970. */
	start: number;
	value: number;
	/** Tells that nothing is added to it any more, but by an import. */
	final: boolean;
}

/** A counter over time. */
export interface CounterHistory {
	counter: string;
	by: HistoryUnit;
	timeZone: string;
	/** Milliseconds since 1970. */
	asOf: number;
	/** Oldest first, without gaps; those that are no longer kept are left out. */
	points: Point[];
}

/** Counts of a counter in the buckets that are kept; empty ones are left out. */
export type Buckets = {
	[unit in HistoryUnit]?: [start: number, value: number][];
};

/** Some counters with their totals, and all that is kept of their past. */
export interface PastPart {
	/** In the order of names. */
	entries: [name: string, total: number, Buckets][];
	timeZone: string;
	/** Milliseconds since 1970. */
	asOf: number;
	/** The name that the part ends with; missing if none comes after it. */
	last?: string | undefined;
}

/** A page of totals with all that is kept of their past. */
export interface HistoryPart {
	counters: Record<string, { value: number; history: Buckets }>;
	timeZone: string;
	/** Milliseconds since 1970. */
	asOf: number;
	/** End of the page, to go on from; missing if no page comes after it. */
	cursor?: string;
}

/** A question for the counters that were counted most in a bucket. */
export interface TopQuestion {
	by: HistoryUnit;
	/** A moment of the bucket, milliseconds since 1970; the current one without it. */
	at?: number;
	/** Most counters. */
	limit: number;
}

/** The counters that were counted most in a bucket. */
export interface BucketTop {
	by: HistoryUnit;
	timeZone: string;
	/** Moments are milliseconds since 1970. */
	asOf: number;
	start: number;
	/** Highest first, those alike by name; none that is 0. */
	top: Entry[];
}

/** Says what the journal is to have of slots. */
export interface Placed {
	/** Slots of the batch: see `SlotItem`. */
	items: readonly SlotItem[];
	/** Lists all that is in no row once it is remembered. */
	left(): readonly SlotItem[];
	remember: Remember;
}

/** Holdings of a shard that are not in the totals. */
export interface Missing {
	entries: readonly Entry[];
	slots: readonly SlotItem[];
}

/** The side of the global object: places what was counted into buckets. */
export interface Past {
	/** Slots times counters that are in no row of buckets yet: the journal has them. */
	readonly pairs: number;
	/** Sum of the absolute deltas that came once their bucket had ended. */
	readonly late: number;
	/** Takes up a row of the journal: entries, and what it says of their slots. */
	load(entries: readonly Entry[], items: readonly SlotItem[]): void;
	/** Lists all that is in no row of buckets. */
	left(): readonly SlotItem[];
	/** Places a batch. To be called in the transaction that adds it to the totals. */
	place(batch: Batch, now: number): Placed;
	/** Moves all that it can to rows. To be called in a transaction with a checkpoint. */
	evict(): Placed;
	/** Forgets one counter or, without a name, all. To be called in such a transaction. */
	reset(name: string | undefined): Placed;
	/** Finds the mark that a shard has from the moment at which it is first known. */
	markAt(now: number): number;
	/** Notes the mark that a shard told; code without history tells none. */
	heard(shard: number, mark: number | undefined): void;
	/** Sums up, or deletes, a bounded part of what is due; false if nothing is. */
	step(shards: readonly number[], now: number): boolean;
	/** Begins to answer questions. */
	reads(host: PastHost): PastReads;
}

/** Answers what was counted when. */
export interface PastReads {
	/**
	 * Answers a counter's past. If `exact`, it has everything that was acknowledged
	 * before; the refusal says which shards cannot be reached.
	 */
	read(
		question: HistoryQuestion,
		read?: "exact",
	): Promise<CounterHistory | Refusal>;
	/** Reads a part of the totals with all that is kept of their past. */
	part(part: Part, read?: "exact"): Promise<PastPart | Refusal>;
	/** Answers which counters were counted most in a bucket. */
	top(question: TopQuestion): BucketTop | Refusal;
}

/** The rest of the global object, as questions for the past need it. */
export interface PastHost {
	/** Shards of the configuration; those past it are retired. */
	readonly shardCount: number;
	readonly host: Pick<Host, "now">;
	readonly totals: {
		totals(range: NameRange): Entry[];
		/** Finds the end of a part of so many names; undefined if it has no more. */
		lastOf(range: NameRange, limit: number): string | undefined;
	};
	/** Asks shards; all that there are, unless it says which. */
	readonly fanOut: {
		readonly shards: readonly number[];
		/** Finds how many names of a part may be asked for. */
		mostOf(part: Part): number;
		/** Asks what they hold. */
		ask(choice: NameChoice, shards?: readonly number[]): Promise<Held>;
	};
	/** Has what asks shards take turns, and those who ask the same share the answer. */
	readonly flight: {
		share<T>(question: string, ask: () => Promise<T>): Promise<T | Refusal>;
	};
	/** Does what is due of buckets, in a later step. */
	readonly eviction: { soon(): void };
}

/** Holdings of the shards that answered. */
export interface Held {
	readonly answers: readonly (readonly [shard: number, Holdings])[];
	/** Names those that did not, if there are any. */
	readonly refusal: Refusal | undefined;
	/** Lists what of it is not in the totals, as they are in this step. */
	missing(): Missing[];
	/** Adds that to totals, which were read in this step, too. */
	addTo(totals: readonly Entry[]): Entry[];
}
