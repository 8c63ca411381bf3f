import { nextStart } from "../../templates/runtime/history/calendar.ts";

/** Milliseconds. More than a test takes that looks at this hour, today or this month. */
const ROOM_MS = 120_000;

/** Waits for the next hour of `timeZone` if it is near, so that a test sees one alone. */
export async function withinOneHour(timeZone: string): Promise<void> {
	const left = nextStart("hour", Date.now(), timeZone) - Date.now();
	if (left < ROOM_MS) await new Promise((resolve) => setTimeout(resolve, left));
}
