import type { IdempotencyKey } from "../../templates/runtime/idempotency/contract.ts";
import type { Amount } from "../../templates/runtime/protocol.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";

/** A key as stubs send it. */
export function identity(
	{ shardCount, shardCounts, reshardings }: CounterSettings,
	key: string,
	entries: readonly Amount[],
): IdempotencyKey {
	return {
		key,
		fingerprint: JSON.stringify(entries),
		shardCount,
		shardCounts,
		reshardings,
	};
}
