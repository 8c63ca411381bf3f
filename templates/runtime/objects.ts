import type { Refusal } from "./problem.ts";
import type { Applied, Batch, Entry, Totals, WriteEvent } from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";

/** What a counter object answers over RPC, in the role its name gives it. */
export interface CounterObject {
	/** Shard: counts all entries, or none and says why. */
	increment(entries: readonly Entry[]): Promise<{ shard: number } | Refusal>;
	/** Shard: what may not be in the totals yet. */
	unflushed(): Promise<readonly Entry[]>;
	/** Shard: flushes everything counted so far; false if there was nothing. */
	drain(): Promise<boolean>;
	/** Global: adds a batch to the totals, once. */
	apply(batch: Batch): Promise<Applied>;
	/** Global: all totals. */
	totals(): Promise<Totals>;
	/** Global: one total; no value if it was never counted. */
	total(name: string): Promise<{ value: number | undefined; asOf: number }>;
	/** Global: resets one counter or, without a name, all. */
	reset(name?: string): Promise<Refusal | undefined>;
	/** Global: publishes to KV now. */
	publish(): Promise<Refusal | undefined>;
	/** Global: the write log, newest first. */
	writes(): Promise<WriteEvent[]>;
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
