import { formatDuration } from "../config/duration.ts";
import { SHARD_REQUESTS_PER_SECOND } from "../planner/limits.ts";
import { MONTH_S } from "../planner/load.ts";
import type { NamespacePlan, Plan, Planned } from "../planner/plan.ts";
import { CHOSEN, type Choice } from "../planner/wishes.ts";
import { amount, percent } from "./units.ts";

/** A key that a choice sets otherwise. */
export interface Changed {
	namespace: string;
	key: (typeof CHOSEN)[number];
	from: number;
	to: number;
}

/** Lists the keys that a choice changes, in the order of the file. */
export function changesOf(
	before: readonly Planned[],
	{ plan }: Choice,
): Changed[] {
	return plan.namespaces.flatMap(({ namespace }, n) =>
		CHOSEN.map((key) => ({
			namespace: namespace.key,
			key,
			from: before[n]?.[key] ?? 0,
			to: namespace[key],
		})).filter(({ from, to }) => from !== to),
	);
}

/**
 * Writes a choice as YAML to paste: each key with what it was, and why.
 *
 * @param before the same load under the configuration as it is
 */
export function choiceText(before: Plan, choice: Choice): string {
	const namespaces = before.namespaces.map(({ namespace }) => namespace);
	const changes = changesOf(namespaces, choice);
	if (changes.length === 0) return "# The configuration is the best already.\n";
	const blocks = choice.plan.namespaces.flatMap((plan, n) => {
		const { key } = plan.namespace;
		const own = changes.filter(({ namespace }) => namespace === key);
		const was = before.namespaces[n];
		if (own.length === 0 || !was) return [];
		return [
			`  ${key}:`,
			...own.map(
				(one) =>
					`    ${one.key}: ${written(one.key, one.to)} # was ${written(one.key, one.from)}: ${whyOf(one.key, was, plan)}`,
			),
		];
	});
	return ["namespaces:", ...blocks, ""].join("\n");
}

/** Says what a key does for the choice. */
function whyOf(
	key: Changed["key"],
	before: NamespacePlan,
	after: NamespacePlan,
): string {
	const { headroom, namespace } = after;
	switch (key) {
		case "shardCount":
			return `at the peak, each takes ${percent(headroom.shard / SHARD_REQUESTS_PER_SECOND)} of what it is good for`;
		case "shardMinRequestToGlobal":
			return "up to the peak, the timer decides";
		case "globalMinWritesToKV":
			return "likewise";
		case "shardWriteToGlobalAfter":
			return `at most ${amount((namespace.shardCount * MONTH_S * 1_000) / namespace.shardWriteToGlobalAfter)} flushes a month`;
		case "globalWriteToKVAfter":
			return `${amount(after.month.kvWrites)} KV writes a month, not ${amount(before.month.kvWrites)}`;
	}
}

function written(key: string, value: number): string {
	return key.endsWith("After") ? formatDuration(value) : String(value);
}
