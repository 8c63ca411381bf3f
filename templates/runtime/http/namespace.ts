import type { CounterLimit, Limits } from "../bounds/contract.ts";
import type {
	BucketTop,
	CounterHistory,
	HistoryOptions,
	HistoryPart,
	ImportedAmount,
	TopQuestion,
} from "../history/contract.ts";
import type { PageOptions } from "../paging.ts";
import type { ReadableGlobal } from "../read-level.ts";
import type { CounterSettings } from "../settings.ts";
import type { Access, Handle } from "./access.ts";

/** Settings of a namespace that only its routes need, with their defaults. */
export class RouteSettings {
	/** Says who may call which routes; stubs ask nobody. */
	readonly access: Access = {
		increment: "public",
		read: "public",
		admin: "token",
	};
	/** User agents whose GET does not count; by default all count. */
	readonly bots: RegExp | undefined = undefined;
	/** Limits the increments of one address; by default nothing does. */
	readonly rateLimit: RateLimiter | undefined = undefined;
}

/**
 * Namespace as its routes need it: every subclass of `CounterDurableObject` is
 * one. The stubs document the methods.
 */
export interface RoutedNamespace extends CounterSettings, RouteSettings {
	shardStub(env: object, shardNumber?: number): RoutedShard;
	globalStub(env: object): RoutedGlobal;
}

/** Limits the increments of one client address; `rate-limit/feature.ts` makes it. */
export interface RateLimiter {
	/** Wraps a handler so that it answers only as many requests as are allowed. */
	limit(handle: Handle): Handle;
}

/** A shard, as far as routes ask it. */
export interface RoutedShard {
	increment(counter: string, by: number, options: Keyed): Promise<Counted>;
	increments(counters: Counters, options: Keyed): Promise<Counted>;
	import(
		counters: Counters | readonly ImportedAmount[],
		key: string,
	): Promise<Counted>;
	counters(): Promise<object>;
	write(): Promise<boolean>;
}

/** The global object, as far as routes ask it. */
export interface RoutedGlobal extends ReadableGlobal {
	history(counter: string, options: HistoryOptions): Promise<CounterHistory>;
	historyPart(options: PageOptions & { read?: "exact" }): Promise<HistoryPart>;
	historyTop(question: TopQuestion): Promise<BucketTop>;
	limit(counter: string): Promise<CounterLimit>;
	setLimit(counter: string, bounds: Limits): Promise<CounterLimit>;
	dropLimit(counter: string): Promise<CounterLimit>;
	reset(counter?: string): Promise<void>;
	write(): Promise<void>;
	writesJson(options: Pick<PageOptions, "limit">): Promise<string>;
	shardWrites(): Promise<object>;
	shardsJson(): Promise<string>;
}

/** Counters with their numbers. */
type Counters = Readonly<Record<string, number>>;

/** An increment's idempotency key, if it has one. */
export interface Keyed {
	key?: string;
}

/** The answer to an increment. */
export interface Counted {
	/** Tells that its key counted before, and nothing was added now. */
	repeated: boolean;
}
