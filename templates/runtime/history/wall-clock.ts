import * as Calendar from "temporal-polyfill/fns/Calendar";
import * as Zoned from "temporal-polyfill/fns/ZonedDateTime";

const NS_PER_MS = 1_000_000;

/** Matches a moment that says how far it is from UTC. */
const WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)$/;

/** Matches a date, or a time of a day, as a clock on the wall shows it. */
const ON_THE_WALL = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/;

/**
 * Reads an ISO 8601 moment; without an offset it is by the clocks of a zone, where a
 * date is the beginning of that day.
 *
 * @returns milliseconds since 1970; undefined if it is none
 */
export function momentOf(text: string, timeZone: string): number | undefined {
	// A plus sign in a query is a space.
	const plain = text.replace(/ (?=\d\d:\d\d$)/, "+");
	if (WITH_OFFSET.test(plain)) {
		const moment = Date.parse(plain);
		return Number.isNaN(moment) ? undefined : moment;
	}
	if (!ON_THE_WALL.test(plain)) return undefined;
	try {
		const { epochNanoseconds } = Zoned.fromString(
			`${plain}[${timeZone}]`,
			Calendar.getISO,
		);
		return Number(epochNanoseconds / BigInt(NS_PER_MS));
	} catch {
		return undefined;
	}
}

/** Writes a moment by the clocks of a zone, with the offset from UTC: `2026-11-29T00:00:00+01:00`. */
export function wallClock(at: number, timeZone: string): string {
	const zoned = Zoned.create(BigInt(at) * BigInt(NS_PER_MS), timeZone);
	const offset = Zoned.offsetNanoseconds(zoned) / NS_PER_MS;
	const clock = (ms: number) => new Date(ms).toISOString();
	const wall = clock(at + offset).slice(0, "2026-11-29T00:00:00".length);
	if (offset === 0) return `${wall}Z`;
	return `${wall}${offset < 0 ? "-" : "+"}${clock(Math.abs(offset)).slice("2026-11-29T".length, "2026-11-29T00:00".length)}`;
}
