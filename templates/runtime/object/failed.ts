import { type Log, unexpected } from "../log.ts";
import { logFull, reportsFull } from "../storage-full.ts";

/**
 * Logs an error that an object met where no request waits for it: plain workerd
 * writes nothing of such errors.
 *
 * @param during the work that failed
 */
export function logFailed(
	error: unknown,
	log: Log,
	during: "start" | "alarm" | "setAlarm",
): void {
	if (reportsFull(error)) logFull(error, log);
	else log("error", "object-failed", { during, ...unexpected(error) });
}
