/** Kinds of buckets, from fine to coarse. */
export const UNITS = ["minute", "hour", "day"] as const;

export type Unit = (typeof UNITS)[number];

/** Counts of each minute, hour or day, by its beginning in ISO 8601. */
export type Past = { [unit in Unit]?: Record<string, number> };

const START =
	/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?<offset>Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Checks what a counter had when.
 *
 * @returns it, or what is wrong with it
 */
export function pastOf(data: unknown): Past | string {
	if (!isRecord(data)) return "`history` is not an object";
	const offsets = new Set<boolean>();
	for (const [unit, buckets] of Object.entries(data)) {
		if (!UNITS.includes(unit as Unit))
			return `\`history\` has ${JSON.stringify(unit)}, which is not minute, hour or day`;
		if (!isRecord(buckets)) return `\`history.${unit}\` is not an object`;
		for (const [start, value] of Object.entries(buckets)) {
			const match = START.exec(start);
			if (!match || Number.isNaN(momentOf(start)) || !isDate(start))
				return `\`history.${unit}\` has ${JSON.stringify(start)}, which is no date or moment such as 2026-11-22T08:00Z`;
			if (!Number.isSafeInteger(value))
				return `\`history.${unit}\` at ${start} is not a whole number within ±(2^53 − 1)`;
			offsets.add(match.groups?.offset !== undefined);
		}
	}
	return offsets.size > 1
		? "`history` has moments with and without an offset from UTC: write all of them in one way"
		: (data as Past);
}

/** Orders beginnings: what has no offset is on one clock, whichever that is. */
export function momentOf(start: string): number {
	return Date.parse(
		/(?:Z|[+-]\d\d:\d\d)$/.test(start) && start.includes("T")
			? start
			: start.includes("T")
				? `${start}Z`
				: `${start}T00:00Z`,
	);
}

/** Tells whether the calendar has that date: Date.parse takes February 30 for March 1. */
function isDate(start: string): boolean {
	const date = start.slice(0, 10);
	return new Date(date).toJSON()?.startsWith(date) === true;
}

function isRecord(data: unknown): data is Record<string, unknown> {
	return typeof data === "object" && data !== null && !Array.isArray(data);
}
