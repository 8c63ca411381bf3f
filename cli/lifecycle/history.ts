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
	/** Former names, the newest first. */
	earlierKeys?: string[];
	earlierClasses?: string[];
	earlierKvPrefixes?: string[];
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
	renamedFrom?: string;
}

/** A change that one run makes to one namespace. */
export type NamespaceChange =
	| { kind: "added"; key: string }
	| { kind: "removed"; key: string }
	| { kind: "returned"; key: string }
	| { kind: "renamed"; key: string; from: string }
	| {
			[Kind in Name]: { kind: Kind; key: string; from: string; to: string };
	  }[Name]
	| { kind: "shardCount"; key: string; from: number; to: number };

/** Settings that may change although the counts stay where they are. */
type Name = "class" | "binding" | "kvPrefix" | "mount";

/** One step in the lives of a Worker's namespaces. */
export interface Evolution {
	histories: Histories;
	/** In the order of the file; empty for a new Worker. */
	changes: NamespaceChange[];
}

/**
 * Takes the histories one run further. Nothing is ever forgotten: the objects of
 * a key that left the YAML still exist, a shard above the present `shardCount`
 * may hold counts, and KV keeps the keys that were written.
 *
 * The file must fit the past; see `pastProblems`, which comes first.
 *
 * @param before the histories as the last run left them
 * @param removed the keys listed as `removed`
 */
export function evolve(
	before: Histories,
	now: readonly CurrentNamespace[],
	removed: readonly string[],
): Evolution {
	const histories = new Map(Object.entries(before));
	const changes: NamespaceChange[] = [];
	for (const { renamedFrom: from, ...one } of now) {
		const { key } = one;
		const former = from === undefined ? undefined : histories.get(from);
		if (from !== undefined && former && !former.removed) {
			histories.delete(from);
			histories.set(key, inherit(former, from, histories.get(key)));
			changes.push({ kind: "renamed", key, from });
		}
		const known = histories.get(key);
		changes.push(...differences(known, one));
		histories.set(key, record(known, one));
	}
	for (const key of removed) {
		const known = histories.get(key);
		if (!known || known.removed) continue;
		histories.set(key, { ...known, removed: true });
		changes.push({ kind: "removed", key });
	}
	const isNew = Object.keys(before).length === 0;
	return { histories: dictionary(histories), changes: isNew ? [] : changes };
}

/** Gives a renamed namespace its past; `own` is that of its new key, if it has one. */
function inherit(
	former: NamespaceHistory,
	from: string,
	own: NamespaceHistory | undefined,
): NamespaceHistory {
	const union = (
		kind: "earlierKeys" | "earlierClasses" | "earlierKvPrefixes",
	) => [...new Set([...(former[kind] ?? []), ...(own?.[kind] ?? [])])];
	const [classes, prefixes] = [
		union("earlierClasses"),
		union("earlierKvPrefixes"),
	];
	return {
		...former,
		...(classes.length > 0 && { earlierClasses: classes }),
		...(prefixes.length > 0 && { earlierKvPrefixes: prefixes }),
		shardCounts: [
			...new Set([...former.shardCounts, ...(own?.shardCounts ?? [])]),
		],
		reshardings: former.reshardings + (own ? own.reshardings + 1 : 0),
		earlierKeys: [...new Set([from, ...union("earlierKeys")])],
	};
}

function differences(
	known: NamespaceHistory | undefined,
	now: CurrentNamespace,
): NamespaceChange[] {
	const { key } = now;
	if (!known) return [{ kind: "added", key }];
	const changes: NamespaceChange[] = known.removed
		? [{ kind: "returned", key }]
		: [];
	for (const kind of ["class", "binding", "kvPrefix", "mount"] as const) {
		const [from, to] = [known[kind], now[kind]];
		if (from !== to) changes.push({ kind, key, from, to });
	}
	const from = known.shardCounts.at(-1) ?? now.shardCount;
	if (from !== now.shardCount)
		changes.push({ kind: "shardCount", key, from, to: now.shardCount });
	return changes;
}

function record(
	known: NamespaceHistory | undefined,
	now: Omit<CurrentNamespace, "renamedFrom">,
): NamespaceHistory {
	const { key: _, shardCount, ...names } = now;
	const { shardCounts = [], reshardings = 0, earlierKeys } = known ?? {};
	const last = shardCounts.at(-1);
	const classes = earlier(known?.class, known?.earlierClasses, now.class);
	const prefixes = earlier(
		known?.kvPrefix,
		known?.earlierKvPrefixes,
		now.kvPrefix,
	);
	return {
		class: names.class,
		binding: names.binding,
		kvPrefix: names.kvPrefix,
		mount: names.mount,
		shardCounts: [
			...shardCounts.filter((count) => count !== shardCount),
			shardCount,
		],
		reshardings:
			reshardings + (last !== undefined && last !== shardCount ? 1 : 0),
		...(earlierKeys && { earlierKeys }),
		...(classes.length > 0 && { earlierClasses: classes }),
		...(prefixes.length > 0 && { earlierKvPrefixes: prefixes }),
	};
}

/** Lists former names: the newest first, each once, without the present one. */
function earlier(
	last: string | undefined,
	before: readonly string[] = [],
	present: string,
): string[] {
	const names = last === undefined ? before : [last, ...before];
	return [...new Set(names)].filter((name) => name !== present);
}
