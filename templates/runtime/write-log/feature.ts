import { migrate } from "../object/migrations.ts";
import type { WriteLog } from "./contract.ts";
import { WRITE_LOG_SCHEMA } from "./schema.ts";
import { LogStorage } from "./storage.ts";

/**
 * Keeps the newest write events for `/global/writes` and `/global/shardWrites`.
 *
 * @param options.events how many; 1 to 100,000, a row each
 *
 * @example
 * class Metrics extends CounterDurableObject {
 * 	static override readonly writeLog = writeLog({ events: 1_000 });
 * }
 */
export function writeLog({ events }: { events: number }): WriteLog {
	return {
		events,
		open: (database) => {
			migrate(database, "write-log", WRITE_LOG_SCHEMA);
			return new LogStorage(database, events);
		},
	};
}
