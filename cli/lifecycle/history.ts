/** By the present key of a namespace, or its last one. */
export type Histories = Record<string, NamespaceHistory>;

/** Everything that a namespace has been so far. */
export interface NamespaceHistory {
	class: string;
	binding: string;
	kvPrefix: string;
	mount: string;
	/** Every `shardCount` it had, each once; the current one is last. */
	shardCounts: number[];
	/** Number of times that `shardCount` changed. */
	reshardings: number;
	/** Where its objects were made near, as the last run had it. */
	location?: string | undefined;
	/** Jurisdiction that its counts are in, if in any; it never changes. */
	jurisdiction?: string | undefined;
	/** Former names, the newest first. */
	earlierKeys?: string[];
	earlierClasses?: string[];
	earlierKvPrefixes?: string[];
	/**
	 * Keys of dropped namespaces that were never in the file together with this
	 * one: as the two cannot both be deployed, either may still become the other.
	 */
	neverWith?: string[];
	/**
	 * Units of its `history` and, with `total`, "limit": those included whose deletion
	 * nobody has confirmed.
	 */
	kept?: string[];
	/** Set if it was listed as `removed`: its counts may be gone. */
	removed?: true;
}

/** Counts the shards of a namespace, the retired ones included: these may hold counts. */
export function allShards(
	histories: Histories,
	{ key, shardCount }: Pick<CurrentNamespace, "key" | "shardCount">,
): number {
	return Math.max(shardCount, ...(histories[key]?.shardCounts ?? []));
}

/** Histories of all Workers of a configuration. */
export interface Pasts {
	namespaces: Histories;
	/** By environment, which is a Worker of its own. */
	environments?: Record<string, Histories>;
}

/**
 * Makes a record without a prototype: `constructor` and `__proto__` are plain
 * keys.
 */
export function dictionary<Value>(
	entries: Iterable<readonly [string, Value]>,
): Record<string, Value> {
	return Object.setPrototypeOf(Object.fromEntries(entries), null);
}

/** A namespace as `counters.yaml` has it now. */
export interface CurrentNamespace {
	key: string;
	class: string;
	binding: string;
	kvPrefix: string;
	mount: string;
	shardCount: number;
	history?: object | undefined;
	total?: object | undefined;
	location?: string | undefined;
	jurisdiction?: string | undefined;
	renamedFrom?: string;
}

/**
 * Lists the namespaces that left the file although it does not say what becomes
 * of them.
 */
export function goneKeys(
	histories: Histories,
	now: readonly Pick<CurrentNamespace, "key" | "renamedFrom">[],
	removed: readonly string[],
): string[] {
	const named = new Set([
		...removed,
		...now.flatMap(({ key, renamedFrom }) => [key, renamedFrom]),
	]);
	return Object.entries(histories)
		.filter(([key, one]) => !one.removed && !named.has(key))
		.map(([key]) => key);
}

/** Lists what a namespace keeps besides totals: what `kept` remembers. */
export function keptBy({
	history = {},
	total,
}: Pick<CurrentNamespace, "history" | "total">): string[] {
	return [...Object.keys(history), ...(total ? [LIMIT] : [])];
}

/** Stands for the limits of single counters, which the Worker keeps beside `total`. */
export const LIMIT = "limit";

/** Lists the classes that a namespace ever had, the present one first. */
export function classesOf(history: NamespaceHistory | undefined): string[] {
	return history ? [history.class, ...(history.earlierClasses ?? [])] : [];
}

/**
 * Tells if the namespace `from` can go on under `key`: nothing else was there
 * while it was.
 */
export function mayBecome(
	histories: Histories,
	from: string,
	key: string,
): boolean {
	const [former, own] = [histories[from], histories[key]];
	return (
		!own ||
		own.neverWith?.includes(from) === true ||
		former?.neverWith?.includes(key) === true
	);
}
