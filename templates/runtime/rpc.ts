import { binding } from "./binding.ts";
import type {
	Ask,
	Grants,
	Limit,
	Limits,
	LimitsPart,
	Recall,
	Returned,
} from "./bounds/contract.ts";
import type {
	BucketTop,
	CounterHistory,
	HistoryQuestion,
	PastPart,
	TopQuestion,
} from "./history/contract.ts";
import type {
	Claim,
	IdempotencyKey,
	KnownSharding,
} from "./idempotency/contract.ts";
import type { Met, Push, Pushed, Watch, Watched } from "./live/contract.ts";
import type { NamespaceHealth, ShardHealth } from "./object/health.ts";
import type { Refusal } from "./problem.ts";
import type {
	Amount,
	Applied,
	Batch,
	Counted,
	Entry,
	Holdings,
	NameChoice,
	Part,
	Totals,
	WriteEvent,
} from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";

/** Answers over RPC as a shard. */
export interface ShardObject {
	/**
	 * Counts all entries, or none and says why.
	 *
	 * @param stamp "none" to count toward the totals alone, or in the buckets that
	 * entries name
	 */
	increment(
		entries: readonly Amount[],
		key?: IdempotencyKey,
		stamp?: "none",
	): Promise<Counted | Refusal>;
	/** Says what is known of a key that shard `by` is about to count. */
	claim(
		key: string,
		by: number,
		shardings: readonly KnownSharding[],
	): Promise<Claim>;
	/**
	 * Answers what it holds of some names, and how far it has got.
	 *
	 * @param most bound of `sizeOf` all that it holds: if that is larger, no
	 * entries are answered
	 */
	holdings(choice?: NameChoice, most?: number): Promise<Holdings>;
	/**
	 * Flushes everything counted so far; false if there was nothing.
	 *
	 * @param forget a name that must be registered anew; true: all of them
	 * @param turn where totals have bounds: answers from before it are ignored
	 */
	drain(forget?: string | true, turn?: number): Promise<boolean>;
	/** Gives back what it has not spent of loans, or only answers how these stand. */
	recall(recall: Recall): Promise<Returned>;
	/** Answers how much it holds, and how its flushes go. */
	health(): Promise<ShardHealth>;
}

/** Answers over RPC as the global object. */
export interface GlobalObject {
	/** Adds a batch to the totals, once. */
	apply(batch: Batch): Promise<Applied>;
	/** Makes room for lists of names; answers those there is none for. */
	register(
		lists: readonly (readonly string[])[],
		shard: number,
	): Promise<readonly (readonly string[])[]>;
	/** Lends what a shard may count against bounds. */
	lend(ask: Ask): Promise<Grants>;
	/** Answers a counter's bounds, and how much of them is used. */
	limit(name: string): Promise<Limit | Refusal>;
	/** Gives a counter bounds of its own. */
	setLimit(name: string, limits: Limits): Promise<Limit | Refusal>;
	/** Gives a counter the bounds that all have. */
	dropLimit(name: string): Promise<Limit | Refusal>;
	/** Answers a part of the bounds that counters have of their own. */
	limits(part: Part): Promise<LimitsPart>;
	/** Answers a part of the totals. */
	totals(part: Part): Promise<Totals>;
	/** Answers one total; no value if it was never counted. */
	total(name: string): Promise<{ value: number | undefined; asOf: number }>;
	/** Answers a part of the totals, with what shards still hold. */
	exact(part: Part): Promise<Totals | Refusal>;
	/** Answers a counter over time, if `exact` with what shards still hold. */
	history(
		question: HistoryQuestion,
		read?: "exact",
	): Promise<CounterHistory | Refusal>;
	/** Answers a part of the totals with all that is kept of their past. */
	historyPart(part: Part, read?: "exact"): Promise<PastPart | Refusal>;
	/** Answers which counters were counted most in a bucket. */
	historyTop(question: TopQuestion): Promise<BucketTop | Refusal>;
	/** Resets one counter or, without a name, all. */
	reset(name?: string): Promise<Refusal | undefined>;
	/** Publishes to KV now. */
	publish(): Promise<Refusal | undefined>;
	/**
	 * Answers the write log, newest first, up to a limit, as a JSON list. Objects of
	 * earlier code answer the list itself.
	 */
	writes(limit: number | undefined, as: "json"): Promise<string | WriteEvent[]>;
	/**
	 * Answers what every shard holds unflushed, as a JSON list of records; the index
	 * is the shard. Objects of earlier code answer entries.
	 */
	shards(as: "json"): Promise<string | (readonly Entry[])[] | Refusal>;
	/** Answers how the namespace gets on, as far as shards answer. */
	metrics(): Promise<NamespaceHealth>;
	/** Adds up increment requests that were refused, by code of the problem. */
	refused(requests: Readonly<Record<string, number>>): Promise<void>;
	/** Answers totals to a live object, and pushes to it what becomes of them. */
	watch(watch: Watch): Promise<Watched>;
}

/** Answers over RPC as a live object. */
export interface ViewersObject {
	/** Answers who it is, and what its viewers watch. */
	meet(): Promise<Met>;
	/** Passes totals on to its viewers. */
	push(push: Push): Promise<Pushed>;
	/** Takes a viewer in, as a WebSocket; 503 if there is no room. */
	fetch(request: Request): Promise<Response>;
}

/** Reaches one shard of a namespace. */
export function shardObject(
	settings: CounterSettings,
	env: object,
	shard: number,
): ShardObject {
	return object<ShardObject>(settings, env, `shard${shard}`);
}

/** Reaches the global object of a namespace. */
export function globalObject(
	settings: CounterSettings,
	env: object,
): GlobalObject {
	return object<GlobalObject>(settings, env, "global");
}

/** Reaches one object that holds viewers of a namespace. */
export function liveObject(
	settings: CounterSettings,
	env: object,
	live: number,
): ViewersObject & Pick<Fetcher, "fetch"> {
	return object(settings, env, `live${live}`);
}

function object<Role>(
	{ doNamespace, jurisdiction, location }: CounterSettings,
	env: object,
	name: string,
): Role {
	const anywhere = binding<DurableObjectNamespace>(env, doNamespace);
	const objects = jurisdiction ? within(anywhere, jurisdiction) : anywhere;
	const object = objects.getByName(
		name,
		location && { locationHint: location },
	);
	// RPC's own mapped types lose tuples; the class implements these interfaces.
	return object as unknown as Role;
}

/** Error by which workerd tells that it is on its own, and not at Cloudflare. */
const NO_JURISDICTIONS = /not implemented in workerd/;

/** Keeps to a jurisdiction; on a machine of one's own there is none. */
function within(
	objects: DurableObjectNamespace,
	jurisdiction: DurableObjectJurisdiction,
): DurableObjectNamespace {
	try {
		return objects.jurisdiction(jurisdiction);
	} catch (error) {
		if (NO_JURISDICTIONS.test(String(error))) return objects;
		throw error;
	}
}
