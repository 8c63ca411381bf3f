import { invalid, topNotPublished } from "../problem.ts";
import type { Handle, HistoryDoor, HistoryUnit } from "./contract.ts";
import { momentOf, wallClock } from "./wall-clock.ts";

/** Counters that are answered by default, and at the most. */
const [LIMIT, MAX_LIMIT] = [10, 1_000];

/**
 * Answers `GET /top?by=`: the counters that were counted most in a minute, hour or day.
 *
 * @param ofAllTime answers what asks for no bucket
 */
export function bucketTopRoute(
	timeZone: string,
	door: HistoryDoor,
	ofAllTime: Handle = refuse,
): Handle {
	const ofBucket = door.read(async (c) => {
		const { by, at, limit = `${LIMIT}` } = c.req.query();
		if (by !== "minute" && by !== "hour" && by !== "day")
			throw invalid("invalid-history", "`by` is minute, hour or day");
		if (!/^\d{1,4}$/.test(limit) || +limit < 1 || +limit > MAX_LIMIT)
			throw invalid("invalid-limit", `\`limit\` is from 1 to ${MAX_LIMIT}`);
		const unit: HistoryUnit = by;
		const found = await door.global(c.env).historyTop({
			by: unit,
			...(at !== undefined && { at: momentIn(at, timeZone) }),
			limit: Number(limit),
		});
		return door.answer({
			by,
			timeZone: found.timeZone,
			start: wallClock(found.start, found.timeZone),
			top: found.top.map(([counter, value]) => ({ counter, value })),
			asOf: new Date(found.asOf).toISOString(),
			read: "global",
		});
	});
	return async (c) =>
		c.req.query("by") === undefined ? ofAllTime(c) : ofBucket(c);
}

async function refuse(): Promise<never> {
	throw topNotPublished();
}

function momentIn(text: string, timeZone: string): number {
	const moment = momentOf(text, timeZone);
	if (moment !== undefined) return moment;
	throw invalid(
		"invalid-history",
		`\`at\` is a date or a moment in ISO 8601, such as 2026-11-22 or 2026-11-22T08:00Z; without an offset it is by the clocks of ${timeZone}`,
	);
}
