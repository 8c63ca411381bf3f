import type { Context } from "hono";
import type { Database, Remember } from "../object/database.ts";
import type { LimitsHealth } from "../object/health.ts";
import type { Host } from "../object/host.ts";
import type { Refusal } from "../problem.ts";
import type { Batch, Entry, Part } from "../protocol.ts";

/** Time after which a counter begins anew. */
export type Per = "hour" | "day" | "month";

/** Bounds of a total, or of what is counted in each period; both inclusive. */
export interface Limits {
	min?: number;
	max?: number;
}

/** Bounds that no counter's total passes; `feature.ts` makes it. */
export interface TotalBounds {
	/** Bounds of each counter that has none of its own; undefined where they are off. */
	readonly limits: Limits | undefined;
	/** Period that they are of; without it, of the total. */
	readonly per?: Per;
	/** IANA zone in which periods begin. */
	readonly timeZone?: string;
	/** Opens the side of a shard; undefined where they are off. */
	openShard(database: Database, host: LoansHost): Loans | undefined;
	/** Opens the side of the global object; undefined where they are off. */
	open(database: Database, host: LenderHost): Lender | undefined;
	/**
	 * Checks what is to bound a counter; missing where they are off.
	 *
	 * @throws CounterProblem (400) unless it can
	 */
	readonly check?: (limits: Limits) => void;
	/** Makes what a caller is told of a counter's bounds; missing where they are off. */
	readonly show?: (counter: string, limit: Limit) => CounterLimit;
	/** Makes what answers `/limits/:counter`; missing where they are off. */
	readonly route?: (door: LimitsDoor) => LimitRoutes;
}

/** Answers `/limits/:counter`, by method. */
export type LimitRoutes = Readonly<
	Record<"GET" | "PUT" | "DELETE", (c: Context) => Promise<Response>>
>;

/** The part of a Worker that `/limits/:counter` goes through. */
export interface LimitsDoor {
	/** Puts a handler behind what guards admin routes. */
	admin(handle: (c: Context) => Promise<Response>): typeof handle;
	/** Reads the body. */
	text(c: Context): Promise<string>;
	/** Reaches the global object. */
	global(env: object): {
		limit(counter: string): Promise<CounterLimit>;
		setLimit(counter: string, limits: Limits): Promise<CounterLimit>;
		dropLimit(counter: string): Promise<CounterLimit>;
	};
	answer(data: object): Response;
}

/** Finds the end of the period that a moment is in; milliseconds since 1970. */
export type EndOf = (at: number) => number;

/** A part of the bounds of single counters, in the order of names. */
export interface LimitsPart {
	entries: readonly (readonly [name: string, limits: Limits])[];
	/** The name that the part ends with; missing if none comes after it. */
	last?: string | undefined;
}

/** A counter's bounds, and how far it has got. */
export interface Limit extends Limits {
	per?: Per;
	/** Its total or, with `per`, what was counted in this period. */
	used: number;
	/** End of this period; milliseconds since 1970. */
	resetsAt?: number;
	/** Tells whether it has bounds of its own. */
	own: boolean;
}

/** The same as a caller is told of it. */
export interface CounterLimit extends Limit {
	counter: string;
	/**
	 * The most that may still be counted: below `max` or, without one, above `min`; missing
	 * without either.
	 */
	remaining?: number;
}

/**
 * Asks the global object for loans: what some requests need that wait.
 *
 * Loans are growing sums by direction: up, that a shard may add; down, that it may
 * take away. The receiver keeps the higher of two.
 */
export interface Ask {
	shard: number;
	/** Names the shard's loans on its disk: a lost one is followed by another. */
	holder: number;
	/** The latest turn that the shard has heard of. */
	turn: number;
	/** Its clock; milliseconds since 1970. */
	now: number;
	/** Entries of each request: all of a list or none. */
	lists: readonly (readonly Entry[])[];
	/** The shard's loans of their counters. */
	loans: readonly Standing[];
	/** By how much more each of these would like to be lent. */
	wants: readonly Entry[];
	/** Code that knows no loans ran here: bounds begin anew. */
	unmarked?: true;
}

/** A shard's loan as its disk has it: what it gave back by direction, and its net count. */
export type Standing = readonly [
	name: string,
	generation: number,
	backUp: number,
	backDown: number,
	net: number,
];

/** A loan as the global object has it. */
export type Grant = readonly [
	name: string,
	generation: number,
	/** Lent by direction, all that was given back included. */
	up: number,
	down: number,
	/**
	 * Directions without a bound: 1 is up, 2 is down. Those in which the counter is
	 * past its bound: 4 is up, 8 is down; what is counted against them is given back.
	 */
	free: number,
	/** Moment at which it ends, milliseconds since 1970; null if never. */
	end: number | null,
	/** Counts the grants of the loan. */
	serial: number,
];

/** Answers an {@link Ask}. */
export interface Grants {
	turn: number;
	grants: readonly Grant[];
	/** For each list the reason if it was refused; names if there was no room for them. */
	refused: readonly (Refusal | { noRoom: readonly string[] } | null)[];
}

/** Has a shard give back what it has not spent of loans. */
export interface Recall {
	loans: readonly (readonly [
		name: string,
		generation: number,
		up: number,
		down: number,
		serial: number,
		holder: number,
	])[];
	/** Only asks how its loans stand. */
	peek?: true;
}

/** Answers a {@link Recall}; what the shard knows to be over is left out. */
export interface Returned {
	holder: number;
	loans: readonly Standing[];
	/** Code that knows no loans ran here: bounds begin anew. */
	unmarked?: true;
}

/** The side of a shard: counts against loans. */
export interface Loans {
	/** Requests that wait for loans, and their size in characters. */
	readonly waiting: { requests: number; size: number };
	/** Tells whether nothing here was counted without loans since all was forgotten. */
	readonly isMarked: boolean;
	/**
	 * Counts as far as loans go, and asks for more if need be.
	 *
	 * @param request.size its size in characters
	 * @param request.isKeyed a commit may find that it is a repetition
	 * @param commit brings the request to a commit, which calls `takeUp` as it begins, and
	 * asks `Admission.admit`
	 */
	count<Verdict>(
		request: { entries: readonly Entry[]; size: number; isKeyed: boolean },
		commit: (
			granted: Granted | undefined,
			takeUp?: () => void,
		) => Promise<Verdict>,
	): Promise<Exclude<Verdict, "short"> | Refusal>;
	/** Begins a commit. */
	admission(): Admission;
	/** Answers how loans stand, which is what was given back once a commit has done it. */
	standing(recall: Recall): Returned;
	/** Waits for grants that a recall knows of and the shard does not, but not for long. */
	expect(recall: Recall): Promise<void>;
	/** Takes up what a batch brought to the totals, before its rows are free. */
	fold(seq: number, deltas: ReadonlyMap<string, number>): void;
}

/** Generations of loans that a request has just been granted, by counter. */
export type Granted = ReadonlyMap<string, number>;

/** Admits requests of one commit, in its transaction. */
export interface Admission {
	/** Admits all entries, or none if a loan is too small. */
	admit(entries: readonly Entry[], granted?: Granted): "new" | "short";
	/** Gives back what is not spent. */
	giveBack(recall: Recall | Forget): void;
	/** Writes what became of loans. */
	write(): Remember;
}

/** Has a shard give back all of one counter or of all, and ignore what is older. */
export interface Forget {
	turn: number;
	/** A counter; true: all. */
	forget: string | true;
}

/** Surroundings of a shard's loans. */
export interface LoansHost extends Host {
	readonly shard: number;
	/** The last sealed batch, and whether it is known to be applied. */
	readonly sealed: { seq: number; isApplied: boolean };
	/** Sums up what batches after that one, which are not dropped, have of a counter. */
	unflushed(name: string, after: number): number;
	lend(ask: Ask): Promise<Grants>;
	/** Runs one batch of items at a time: see `GroupCommit`. */
	group<Item, Answer>(
		run: (items: readonly Item[]) => Promise<readonly Answer[]>,
	): { readonly waiting: number; add(item: Item): Promise<Answer> };
	/** Refuses what there is no room for. */
	noRoom(names: readonly string[]): Refusal;
	/** Refuses, if so many characters more cannot wait. */
	full(
		size: number,
		waiting: { requests: number; size: number },
	): Refusal | undefined;
	/** Refuses where the global object does not answer. */
	readonly unreachable: Refusal;
}

/** The side of the global object: lends. */
export interface Lender {
	readonly health: LimitsHealth;
	lend(ask: Ask): Promise<Grants>;
	limit(name: string): Promise<Limit | Refusal>;
	setLimit(name: string, limits: Limits): Promise<Limit | Refusal>;
	dropLimit(name: string): Promise<Limit | Refusal>;
	/** Answers a part of the bounds that counters have of their own. */
	limits(part: Part): LimitsPart;
	/**
	 * A batch has been added to the totals. One that was counted by code without
	 * bounds has them begin anew.
	 */
	applied(batch: Batch): void;
	/**
	 * Lends nothing of a counter, or of all, until it is reset or that has failed.
	 *
	 * @param drain drains all shards; they ignore what is older than `turn`
	 */
	reset(
		name: string | undefined,
		drain: (turn: number) => Promise<Refusal | undefined>,
		done: () => void,
	): Promise<Refusal | undefined>;
}

/** Room for names that are not counted yet. */
export interface Room {
	/** Takes room for all names or none; answers those there is none for. */
	take(names: readonly string[]): readonly string[];
	/** Keeps what was taken. In a transaction. */
	keep(): Remember;
}

/** Surroundings of the lender. */
export interface LenderHost extends Host {
	readonly shardCount: number;
	/** The least that a request may count. */
	readonly leastIncrement: number;
	total(name: string): number | undefined;
	/** Finds the room for names of a shard, which is known to hold counts from then on. */
	room(names: readonly string[], shard: number): Room;
	/** Drains all shards, and has them forget all. */
	drain(turn: number): Promise<Refusal | undefined>;
	/** Recalls from several shards; those that do not answer are left out. */
	recall(
		recalls: ReadonlyMap<number, Recall>,
	): Promise<ReadonlyMap<number, Returned>>;
}
