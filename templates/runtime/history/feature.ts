import { migrate } from "../object/migrations.ts";
import { readAmounts } from "./amounts.ts";
import type { History, Kept } from "./contract.ts";
import { historyPartRoute } from "./part-route.ts";
import { PastOfCounters } from "./past.ts";
import { historyRoute } from "./route.ts";
import { HISTORY_SCHEMA, SHARD_HISTORY_SCHEMA } from "./schema.ts";
import { QUARTER_SLOTS } from "./slots.ts";
import { ShardStamps } from "./stamps.ts";
import { bucketTopRoute } from "./top-route.ts";

/**
 * Keeps what was counted when: by minute, hour and day, each for as long as its
 * option says; milliseconds. One that is left out is not kept.
 *
 * @param options.timeZone IANA name of the zone in which hours and days begin
 *
 * @example
 * class Metrics extends CounterDurableObject {
 * 	static override readonly history = history({
 * 		hour: 7 * 86_400_000,
 * 		day: 400 * 86_400_000,
 * 		timeZone: "Europe/Berlin",
 * 	});
 * }
 */
export function history({
	timeZone,
	...kept
}: Kept & { timeZone: string }): History {
	// Hours and days of every zone begin with a quarter of an hour.
	const width = kept.minute === undefined ? QUARTER_SLOTS : 1;
	return {
		kept,
		timeZone,
		amounts: (amounts) => readAmounts(amounts, timeZone, Date.now()),
		openShard: (database) => {
			migrate(database, "history", SHARD_HISTORY_SCHEMA);
			return new ShardStamps(width);
		},
		open: (database, { now }) => {
			migrate(database, "history", HISTORY_SCHEMA);
			return new PastOfCounters(database, kept, {
				timeZone,
				width,
				now: now(),
			});
		},
		route: (door) => historyRoute({ kept, timeZone }, door),
		part: (door) => historyPartRoute(timeZone, door),
		top: (door, ofAllTime) => bucketTopRoute(timeZone, door, ofAllTime),
	};
}
