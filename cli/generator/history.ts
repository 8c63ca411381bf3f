import type { Diagnostic } from "../errors.ts";
import { dictionary, type Lock } from "./lock.ts";

/** A namespace as `counters.yaml` has it now. */
export interface CurrentNamespace {
	key: string;
	class: string;
	shardCount: number;
}

/** Warnings about namespaces that were generated once and are in no file now. */
export function goneWarnings(
	history: Lock["namespaces"],
	now: readonly CurrentNamespace[],
): Diagnostic[] {
	return Object.entries(history)
		.filter(([key]) => !now.some((namespace) => namespace.key === key))
		.map(([key, { class: className }]) => ({
			code: "namespace-gone",
			what: `The namespace ${key} is no longer configured`,
			why: `Its counts stay with the class ${className}, which nothing reaches now; a deploy without that class fails if it was deployed before.`,
			fix: `Put ${key} back or, if it has a new key, give that one the class, binding and kvPrefix of the old one.`,
		}));
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
