import { invalid } from "./problem.ts";
import type { Entry } from "./protocol.ts";

/**
 * What a namespace may be tuned by: the statics of a `CounterDurableObject`
 * subclass. Times are milliseconds.
 */
export interface CounterSettings {
	/** Name of the Durable Object binding in `env`. */
	readonly doNamespace: string;
	/** Name of the KV binding in `env`. */
	readonly kvNamespace: string;
	/** Totals are published under `<kvPrefix>~counters`. */
	readonly kvPrefix: string;
	/** Shards that take new increments; 1 to 4096. */
	readonly shardCount: number;
	/** The most shards this namespace ever had: they may still hold counts. */
	readonly maxShardCount: number;
	/** A shard flushes once it holds this many requests. */
	readonly shardMinRequestToGlobal: number;
	/** … or this long after its first unflushed one; 0 = never by time. */
	readonly shardWriteToGlobalAfter: number;
	/** The global publishes to KV after this many shard writes. */
	readonly globalMinWritesToKV: number;
	/** … or this long after the first unpublished one; 0 = never by time. */
	readonly globalWriteToKVAfter: number;
	/** Which counter names are accepted. */
	readonly names: RegExp | readonly string[];
	/** Bounds of one increment, both inclusive. */
	readonly increment: { readonly min: number; readonly max: number };
	/** Write events kept for `/global/writes`; 0 = none. */
	readonly writeLog: number;
	/** Methods that change something answer to. */
	readonly methods: readonly ("GET" | "POST")[];
}

/** Names longer than this are refused whatever `names` says. */
const MAX_NAME_LENGTH = 256;

/** @throws CounterProblem (400) unless `name` may be counted here. */
export function checkName(settings: CounterSettings, name: string): void {
	const { names } = settings;
	const known =
		name.length <= MAX_NAME_LENGTH &&
		(names instanceof RegExp ? names.test(name) : names.includes(name));
	if (known) return;
	throw invalid(
		"invalid-counter-name",
		names instanceof RegExp
			? `A counter's name must match ${names} and have at most ${MAX_NAME_LENGTH} characters`
			: `The counters here are ${names.join(", ")}`,
	);
}

/** @throws CounterProblem (400) unless every entry may be counted here. */
export function checkEntries(
	settings: CounterSettings,
	entries: readonly Entry[],
): void {
	const { min, max } = settings.increment;
	for (const [name, by] of entries) {
		checkName(settings, name);
		if (Number.isSafeInteger(by) && by >= min && by <= max) continue;
		throw invalid(
			"invalid-increment",
			`${JSON.stringify(name)} must rise by a whole number from ${min} to ${max}`,
		);
	}
}
