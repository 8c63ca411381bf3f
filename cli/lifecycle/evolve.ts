import {
	type CurrentNamespace,
	classesOf,
	dictionary,
	goneKeys,
	type Histories,
	keptBy,
	LIMIT,
	mayBecome,
	type NamespaceHistory,
} from "./history.ts";

/** A change that one run makes to one namespace. */
export type NamespaceChange =
	| { kind: "added"; key: string }
	| { kind: "removed"; key: string }
	| { kind: "returned"; key: string }
	| { kind: "total"; key: string }
	| { kind: "renamed"; key: string; from: string }
	| {
			[Kind in Name]: { kind: Kind; key: string; from: string; to: string };
	  }[Name]
	| { kind: "shardCount"; key: string; from: number; to: number };

/** Settings that may change although the counts stay where they are. */
type Name = "class" | "binding" | "kvPrefix" | "mount" | "location";

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
	const gone = goneKeys(before, now, removed);
	for (const { renamedFrom, ...one } of now) {
		const { key } = one;
		const from = usable(histories, renamedFrom) ?? takenOver(before, gone, one);
		const former = from === undefined ? undefined : histories.get(from);
		if (from !== undefined && former) {
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
	const renamed = changes.filter(({ kind }) => kind === "renamed");
	noteApart(histories, before, now, {
		gone: gone.filter((key) => histories.has(key)),
		fused: renamed.flatMap(({ key }) => (before[key] ? [key] : [])),
	});
	const isNew = Object.keys(before).length === 0;
	return { histories: dictionary(histories), changes: isNew ? [] : changes };
}

/** Answers a former key that there is something to inherit from. */
function usable(
	histories: ReadonlyMap<string, NamespaceHistory>,
	from: string | undefined,
): string | undefined {
	const former = from === undefined ? undefined : histories.get(from);
	return former && !former.removed ? from : undefined;
}

/**
 * Finds the dropped namespace whose class another one has now, as when a rename
 * is undone. Its objects are those of that class, so the two are one.
 */
function takenOver(
	before: Histories,
	gone: readonly string[],
	now: Pick<CurrentNamespace, "key" | "class">,
): string | undefined {
	return gone.find(
		(key) =>
			classesOf(before[key]).includes(now.class) &&
			mayBecome(before, key, now.key),
	);
}

/**
 * Notes which dropped namespaces were never in the file together with those
 * that are in it.
 *
 * @param fused keys of which each had a past of its own besides the one it has
 * inherited
 */
function noteApart(
	histories: Map<string, NamespaceHistory>,
	before: Histories,
	now: readonly CurrentNamespace[],
	{ gone, fused }: { gone: readonly string[]; fused: readonly string[] },
): void {
	const present = new Set(now.map(({ key }) => key));
	for (const [key, { neverWith = [], ...one }] of histories) {
		const isBorn = !before[key] && !one.earlierKeys;
		const apart = (isBorn ? gone : neverWith).filter(
			(other) =>
				!fused.includes(other) &&
				(!present.has(key) || (histories.has(other) && !present.has(other))),
		);
		histories.set(key, {
			...one,
			...(apart.length > 0 && { neverWith: apart }),
		});
	}
}

/** Gives a renamed namespace its past; `own` is that of its new key, if it has one. */
function inherit(
	{ neverWith, ...former }: NamespaceHistory,
	from: string,
	own: NamespaceHistory | undefined,
): NamespaceHistory {
	const union = (...lists: (readonly string[] | undefined)[]) => [
		...new Set(lists.flatMap((list) => list ?? [])),
	];
	const classes = union(former.earlierClasses, classesOf(own));
	const prefixes = union(
		former.earlierKvPrefixes,
		own && [own.kvPrefix],
		own?.earlierKvPrefixes,
	);
	return {
		...former,
		...(classes.length > 0 && { earlierClasses: classes }),
		...(prefixes.length > 0 && { earlierKvPrefixes: prefixes }),
		shardCounts: [
			...new Set([...former.shardCounts, ...(own?.shardCounts ?? [])]),
		],
		reshardings: former.reshardings + (own ? own.reshardings + 1 : 0),
		earlierKeys: union([from], former.earlierKeys, own?.earlierKeys),
		...(neverWith && !own && { neverWith }),
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
	for (const kind of [
		"class",
		"binding",
		"kvPrefix",
		"mount",
		"location",
	] as const) {
		const { [kind]: from = "any" } = known;
		const { [kind]: to = "any" } = now;
		if (from !== to) changes.push({ kind, key, from, to });
	}
	if (now.total && !known.kept?.includes(LIMIT))
		changes.push({ kind: "total", key });
	const from = known.shardCounts.at(-1) ?? now.shardCount;
	if (from !== now.shardCount)
		changes.push({ kind: "shardCount", key, from, to: now.shardCount });
	return changes;
}

function record(
	known: NamespaceHistory | undefined,
	now: Omit<CurrentNamespace, "renamedFrom">,
): NamespaceHistory {
	const { shardCount, location, ...names } = now;
	// Where the counts are: a file that says otherwise does not fit the past.
	const { jurisdiction } = known ?? now;
	const {
		shardCounts = [],
		reshardings = 0,
		earlierKeys,
		neverWith,
	} = known ?? {};
	const last = shardCounts.at(-1);
	const units = new Set([...(known?.kept ?? []), ...keptBy(now)]);
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
		...(location !== undefined && { location }),
		...(jurisdiction !== undefined && { jurisdiction }),
		reshardings:
			reshardings + (last !== undefined && last !== shardCount ? 1 : 0),
		...(earlierKeys && { earlierKeys }),
		...(classes.length > 0 && { earlierClasses: classes }),
		...(prefixes.length > 0 && { earlierKvPrefixes: prefixes }),
		...(neverWith && { neverWith }),
		...(units.size > 0 && { kept: [...units] }),
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
