import { migrate } from "../object/migrations.ts";
import type { Idempotency } from "./contract.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { homeOf } from "./key-home.ts";
import { KeyStorage } from "./key-storage.ts";
import { KeyLedger } from "./ledger.ts";
import { KEYS_SCHEMA } from "./schema.ts";
import { Shardings } from "./shardings.ts";

/**
 * Has an increment with an idempotency key count once, however often it is sent.
 *
 * @param options.windowMs how long a key counts once; milliseconds, from 1 to
 * 1,209,600,000 (14 days)
 *
 * @example
 * class Metrics extends CounterDurableObject {
 * 	static override readonly idempotency = idempotencyKeys({ windowMs: 3_600_000 });
 * }
 */
export function idempotencyKeys({
	windowMs,
}: {
	windowMs: number;
}): Idempotency {
	return {
		windowMs,
		address: async ({ shardCount, shardCounts, reshardings }, key, entries) => {
			const fingerprint = await fingerprintOf(entries);
			const home = homeOf(key, shardCount);
			const sharding = { shardCount, shardCounts, reshardings };
			return { home, key: { key, fingerprint, ...sharding } };
		},
		open: (shard, sharding, database, host) => {
			migrate(database, "idempotency", KEYS_SCHEMA);
			return new KeyLedger(
				shard,
				sharding,
				new KeyStorage(database, windowMs, host.now()),
				new Shardings(database, windowMs),
				host,
			);
		},
	};
}
