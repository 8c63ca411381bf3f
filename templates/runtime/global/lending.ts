import type { Lender } from "../bounds/contract.ts";
import type { Database } from "../object/database.ts";
import type { CounterSettings } from "../settings.ts";
import type { FanOut, ShardsHost } from "./fan-out.ts";
import type { GlobalStorage } from "./storage.ts";

/**
 * Opens what lends to shards, where totals have bounds: before the totals, for it
 * adds to their journal.
 */
export function openLender(
	settings: CounterSettings,
	database: Database,
	parts: { totals(): GlobalStorage; fanOut(): FanOut },
	host: ShardsHost,
): Lender | undefined {
	const { maxCounters, shardCount, incrementBounds } = settings;
	return settings.totalBounds.open(database, {
		...host,
		shardCount,
		leastIncrement: incrementBounds.min,
		total: (name) => parts.totals().total(name),
		room: (names, shard) => {
			const totals = parts.totals();
			const room = totals.room(names, shard, maxCounters, host.now());
			return {
				take: (list) => room.take(list),
				keep: () => totals.addNames(room.taken),
			};
		},
		drain: (turn) => parts.fanOut().drain(undefined, turn),
		recall: (recalls) => parts.fanOut().recall(recalls),
	});
}
