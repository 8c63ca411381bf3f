import type { WriteLog } from "./contract.ts";
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
	return { events, open: (database) => new LogStorage(database, events) };
}
