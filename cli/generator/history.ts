import { dictionary, type Lock } from "./lock.ts";

/** A namespace as `counters.yaml` has it now. */
export interface CurrentNamespace {
	key: string;
	class: string;
	shardCount: number;
}

/**
 * What every namespace key has been so far. A key that left the YAML stays:
 * its objects still exist. So does every `shardCount`: a shard above the
 * current one may still hold counts.
 */
export function recordNamespaces(
	before: Lock["namespaces"],
	now: readonly CurrentNamespace[],
): Lock["namespaces"] {
	const history = new Map(Object.entries(before));
	for (const { key, class: className, shardCount } of now) {
		const { shardCounts = [], reshardings = 0 } = history.get(key) ?? {};
		const last = shardCounts.at(-1);
		const isNew = last !== undefined && last !== shardCount;
		history.set(key, {
			class: className,
			shardCounts: [
				...shardCounts.filter((count) => count !== shardCount),
				shardCount,
			],
			reshardings: reshardings + (isNew ? 1 : 0),
		});
	}
	return dictionary(history);
}
