import { nextStart } from "../../templates/runtime/history/calendar.ts";

/** Milliseconds. More than a file that looks at this hour or today takes. */
const ROOM_MS = 60_000;

/** Waits for the next hour of `timeZone` if it is near, so that a test sees one alone. */
export async function withinOneHour(timeZone: string): Promise<void> {
	const left = nextStart("hour", Date.now(), timeZone) - Date.now();
	if (left < ROOM_MS) await scheduler.wait(left);
}
