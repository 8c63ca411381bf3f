import type { NamespaceVitals, ShardVitals } from "./object/vitals.ts";
import type { Refusal } from "./problem.ts";
import type {
	Applied,
	Batch,
	Entry,
	Holdings,
	NameRange,
	Part,
	Totals,
	WriteEvent,
} from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";
import type { Claim, IdempotencyKey } from "./shard/idempotency.ts";
import type { Counted } from "./shard/role.ts";
import type { KnownSharding } from "./shard/shardings.ts";

/** What a counter object answers over RPC, in the role its name gives it. */
export interface CounterObject {
	/** Shard: counts all entries, or none and says why. */
	increment(
		entries: readonly Entry[],
		key?: IdempotencyKey,
	): Promise<Counted | Refusal>;
	/** Shard: what is known of a key that shard `by` is about to count. */
	claim(
		key: string,
		by: number,
		shardings: readonly KnownSharding[],
	): Promise<Claim>;
	/**
	 * Shard: what it holds of a range of names, and how far it has got. `most`:
	 * what all names that it holds may weigh for entries to be answered.
	 */
	holdings(range?: NameRange, most?: number): Promise<Holdings>;
	/**
	 * Shard: flushes everything counted so far; false if there was nothing.
	 * `forget`: every name must be registered anew.
	 */
	drain(forget?: string | true): Promise<boolean>;
	/** Global: adds a batch to the totals, once. */
	apply(batch: Batch): Promise<Applied>;
	/** Global: makes room for lists of names; answers those there is none for. */
	register(
		lists: readonly (readonly string[])[],
		shard: number,
	): Promise<readonly (readonly string[])[]>;
	/** Global: a part of the totals. */
	totals(part: Part): Promise<Totals>;
	/** Global: one total; no value if it was never counted. */
	total(name: string): Promise<{ value: number | undefined; asOf: number }>;
	/** Global: a part of the totals, with what shards still hold. */
	exact(part: Part): Promise<Totals | Refusal>;
	/** Global: resets one counter or, without a name, all. */
	reset(name?: string): Promise<Refusal | undefined>;
	/** Global: publishes to KV now. */
	publish(): Promise<Refusal | undefined>;
	/** Global: the write log, newest first. */
	writes(): Promise<WriteEvent[]>;
	/** Shard: what it holds, and how it gets on. */
	vitals(): Promise<ShardVitals>;
	/** Global: how the namespace gets on, as far as shards answer. */
	metrics(): Promise<NamespaceVitals>;
	/** Global: so many increment requests were refused, by code of the problem. */
	refused(requests: Readonly<Record<string, number>>): Promise<void>;
	/** Global: what every shard holds unflushed; the index is the shard. */
	shards(): Promise<(readonly Entry[])[] | Refusal>;
}

/** @throws if `env` has no binding of that name */
export function binding<T>(env: object, name: string): T {
	const bound = (env as Record<string, T | undefined>)[name];
	if (bound) return bound;
	throw new Error(`env.${name} is not bound: check wrangler.toml`);
}

/** One object of a namespace: `global`, or `shard` with its index. */
export function counterObject(
	{ doNamespace }: CounterSettings,
	env: object,
	name: string,
): CounterObject {
	const objects = binding<DurableObjectNamespace>(env, doNamespace);
	// RPC's own mapped types lose tuples; the class implements this interface.
	return objects.getByName(name) as unknown as CounterObject;
}
