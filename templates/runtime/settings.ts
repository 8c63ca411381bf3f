import type { TotalBounds } from "./bounds/contract.ts";
import { boundsOff } from "./bounds/off.ts";
import type { History } from "./history/contract.ts";
import { historyOff } from "./history/off.ts";
import type { Idempotency } from "./idempotency/contract.ts";
import { idempotencyOff, keysOff } from "./idempotency/off.ts";
import type { LiveUpdates } from "./live/contract.ts";
import { liveOff } from "./live/off.ts";
import { type Log, type LogLevel, logger } from "./log.ts";
import { CounterProblem, invalid } from "./problem.ts";
import { type Amount, volumeOf } from "./protocol.ts";
import type { Top } from "./top/contract.ts";
import { topOff } from "./top/off.ts";
import type { WriteLog } from "./write-log/contract.ts";
import { writeLogOff } from "./write-log/off.ts";

/**
 * Settings of a namespace with their defaults: the statics of a subclass of
 * `CounterDurableObject`. Times are in milliseconds.
 */
export class CounterSettings {
	/** Name of the Durable Object binding in `env`. */
	declare readonly doNamespace: string;
	/** Name of the KV binding in `env`. */
	readonly kvNamespace: string = "KV";
	/**
	 * Totals are published under `<kvPrefix>~counters`. It may change: the global
	 * object publishes everything under the new key as soon as it next runs.
	 */
	declare readonly kvPrefix: string;
	/**
	 * Every other `kvPrefix` there was, newest first, unless another namespace
	 * has it now. While the current key is missing, KV reads answer from theirs.
	 * Those keys are never deleted: code of before the change reads them, in a
	 * gradual deployment and after a rollback. Once no such code runs and the
	 * current key is there, they may be deleted by hand.
	 */
	readonly earlierKvPrefixes: readonly string[] = [];
	/** Shards that take increments, 1 to 4096; may change at any time. */
	declare readonly shardCount: number;
	/** Every `shardCount` there ever was: retired shards may hold counts. */
	readonly shardCounts: readonly number[] = [];
	/** Number of times that `shardCount` changed. */
	readonly reshardings: number = 0;
	/** A shard flushes to the global object once it holds this many requests … */
	declare readonly shardMinRequestToGlobal: number;
	/** … or so long after its first unflushed one; milliseconds, 0 is never. */
	declare readonly shardWriteToGlobalAfter: number;
	/** The global object publishes to KV after this many shard writes … */
	declare readonly globalMinWritesToKV: number;
	/** … or so long after the first unpublished one; milliseconds, 0 is never. */
	declare readonly globalWriteToKVAfter: number;
	/** Names that may be counted: a pattern, or all of them. */
	readonly names: RegExp | readonly string[] = /^[A-Za-z0-9_.:-]{1,128}$/u;
	/** Bounds of one increment, both inclusive. */
	readonly incrementBounds: { readonly min: number; readonly max: number } = {
		min: 1,
		max: 1_000_000,
	};
	/** Distinct names; a new one past it is refused, a known one never. */
	readonly maxCounters: number = 10_000;
	/** Has an increment with an idempotency key count once; by default keys are refused. */
	readonly idempotency: Idempotency = idempotencyOff;
	/** Keeps write events for `/global/writes`; by default none. */
	readonly writeLog: WriteLog = writeLogOff;
	/** Keeps what was counted when; by default nothing of it. */
	readonly history: History = historyOff;
	/** Pushes totals over WebSockets; by default to nobody. */
	readonly live: LiveUpdates = liveOff;
	/** Publishes the counters with the highest totals; by default none. */
	readonly top: Top = topOff;
	/** Bounds that no counter's total passes; by default none. */
	readonly totalBounds: TotalBounds = boundsOff;
	/** Region that each object is made near; by default to whoever asks it first. */
	readonly location: DurableObjectLocationHint | undefined = undefined;
	/**
	 * Jurisdiction that objects run and keep their counts in; by default none.
	 * Those of another jurisdiction are other objects, without these counts.
	 */
	readonly jurisdiction: DurableObjectJurisdiction | undefined = undefined;
	/** HTTP methods of the routes that change something. */
	readonly methods: readonly ("GET" | "POST")[] = ["POST"];
	/** The least level that is written to the log; names only at debug. */
	readonly logLevel: LogLevel = "info";
}

/** Names that a namespace lists; any text where it has a pattern. */
export type NameOf<Namespace> = Namespace extends {
	readonly names: readonly (infer Name extends string)[];
}
	? Name
	: string;

/** The statics that a subclass cannot leave out. */
export const REQUIRED = [
	"doNamespace",
	"kvPrefix",
	"shardCount",
	"shardMinRequestToGlobal",
	"shardWriteToGlobalAfter",
	"globalMinWritesToKV",
	"globalWriteToKVAfter",
] as const;

/** Opens the log of one object of a namespace. */
export function objectLog(
	{ logLevel, doNamespace }: CounterSettings,
	object: string,
): Log {
	return logger(logLevel, { namespace: doNamespace, object });
}

/** Counts the shards there are, the retired ones included. */
export function allShards({
	shardCount,
	shardCounts,
}: Pick<CounterSettings, "shardCount" | "shardCounts">): number {
	return Math.max(shardCount, ...shardCounts);
}

/** Counters that one request may raise. */
export const MAX_ENTRIES = 10_000;

/** Longest name that is taken, whatever `names` says. */
const MAX_NAME_CHARACTERS = 256;

/** Names of a list that a refusal quotes. */
const SHOWN_NAMES = 10;

/** Tells whether a counter may have that name at all, whatever `names` says. */
function isName(name: string): boolean {
	// No route would name an empty one, nor these dots: clients fold them away.
	// Halves of surrogate pairs would all be stored as the same character.
	return (
		!/^\.{0,2}$/.test(name) &&
		name.length <= MAX_NAME_CHARACTERS &&
		!/\p{Surrogate}/u.test(name)
	);
}

/**
 * Checks a name that is to be read or reset: `names` may have allowed more once.
 *
 * @throws CounterProblem (400) unless `name` may have been counted
 */
export function checkPastName(name: string): void {
	if (!isName(name))
		throw invalid(
			"invalid-counter-name",
			`A counter's name has 1 to ${MAX_NAME_CHARACTERS} characters, all of them whole, and is neither . nor .., which clients take out of a URL`,
		);
}

/** Tells whether `names` has a name. */
export function mayBeCounted(
	{ names }: CounterSettings,
	name: string,
): boolean {
	return names instanceof RegExp ? names.test(name) : setOf(names).has(name);
}

/** @throws CounterProblem (400) unless `name` may be counted here. */
export function checkName(settings: CounterSettings, name: string): void {
	checkPastName(name);
	if (mayBeCounted(settings, name)) return;
	const { names } = settings;
	const rule =
		names instanceof RegExp
			? `does not match ${names}`
			: `is none of ${names.slice(0, SHOWN_NAMES).join(", ")}${names.length > SHOWN_NAMES ? ", …" : ""}`;
	throw invalid(
		"invalid-counter-name",
		`${JSON.stringify(name)} ${rule}: \`names\` of this namespace in counters.yaml says what may be counted${name.includes("/") ? ", and `names: path` allows paths of URLs" : ""}`,
	);
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Makes a list of names a set, once: a request may ask for 10,000. */
function setOf(names: readonly string[]): ReadonlySet<string> {
	const made = sets.get(names) ?? new Set(names);
	sets.set(names, made);
	return made;
}

/** Bounds of one number of an entry, both inclusive. */
export type Bounds = CounterSettings["incrementBounds"];

/** @throws CounterProblem (400) unless every entry may be counted here. */
export function checkEntries(
	settings: CounterSettings,
	entries: readonly Amount[],
	{ min, max }: Bounds = settings.incrementBounds,
): void {
	if (entries.length === 0 || entries.length > MAX_ENTRIES)
		throw invalid(
			"invalid-entries",
			`A request raises 1 to ${MAX_ENTRIES} counters; this one has ${entries.length}`,
		);
	for (const [name, by] of entries) {
		checkName(settings, name);
		if (Number.isSafeInteger(by) && by >= min && by <= max) continue;
		throw invalid(
			"invalid-increment",
			`${JSON.stringify(name)} must rise by a whole number from ${min} to ${max}`,
		);
	}
	if (volumeOf(entries) > Number.MAX_SAFE_INTEGER)
		throw invalid(
			"invalid-increment",
			"All increments of a request together must stay within 2^53 - 1",
		);
}

/** @throws CounterProblem (400) unless `key` may be an idempotency key here. */
export function checkKey(settings: CounterSettings, key: string): void {
	if (settings.idempotency.windowMs === 0) throw new CounterProblem(keysOff);
	if (!/^[\x20-\x7e]{1,255}$/.test(key))
		throw invalid(
			"invalid-idempotency-key",
			"An idempotency key has 1 to 255 printable ASCII characters",
		);
}
