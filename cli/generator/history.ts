import { dictionary, type Lock } from "./lock.ts";

/** A namespace as `counters.yaml` has it now. */
export interface CurrentNamespace {
	key: string;
	class: string;
	shardCount: number;
}

/**
 * What every namespace key has been so far. A key that left the YAML stays:
 * its objects still exist. `maxShardCount` never falls: a shard above the
 * current count may still hold counts.
 */
export function recordNamespaces(
	before: Lock["namespaces"],
	now: readonly CurrentNamespace[],
): Lock["namespaces"] {
	const history = new Map(Object.entries(before));
	for (const { key, class: className, shardCount } of now) {
		const most = history.get(key)?.maxShardCount ?? 0;
		history.set(key, {
			class: className,
			maxShardCount: Math.max(most, shardCount),
		});
	}
	return dictionary(history);
}
