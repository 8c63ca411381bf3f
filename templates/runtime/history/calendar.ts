import * as Zoned from "temporal-polyfill/fns/ZonedDateTime";

/** A kind of buckets; bounds of counters may be by month, too. */
export type Unit = "minute" | "hour" | "day" | "month";

const MINUTE_MS = 60_000;

/** Every zone is a multiple of this from UTC. */
const QUARTER_MS = 900_000;

const HOUR_MS = 3_600_000;

const NS_PER_MS = 1_000_000;

/**
 * Finds when the minute, hour, day or month began that a moment is in. Each ends
 * where the next begins, whatever a zone does to its clocks: an hour may have 30
 * or 90 minutes, and a day that has no midnight begins after the gap.
 *
 * @param at milliseconds since 1970
 * @param timeZone IANA name
 *
 * @example
 * startOf("day", Date.parse("2026-03-08T12:00Z"), "America/Havana"); // 05:00Z, which is 01:00 there
 */
export function startOf(unit: Unit, at: number, timeZone: string): number {
	if (unit === "minute") return at - (at % MINUTE_MS);
	if (unit === "hour") {
		const offset = offsetAt(at, timeZone);
		const hour = at - ((at + offset) % HOUR_MS);
		if (offsetAt(hour, timeZone) === offset) return hour;
		let quarter = at - (at % QUARTER_MS);
		while (!isStartOfHour(quarter, timeZone)) quarter -= QUARTER_MS;
		return quarter;
	}
	const start = begin(unit, at, timeZone);
	const next = nextStart(unit, start, timeZone);
	// Clocks that go back over midnight do not take the new day back.
	return next <= at ? next : start;
}

/** Finds when the next one begins; the parameters are those of {@link startOf}. */
export function nextStart(unit: Unit, at: number, timeZone: string): number {
	if (unit === "minute") return at - (at % MINUTE_MS) + MINUTE_MS;
	let next = at - (at % QUARTER_MS) + QUARTER_MS;
	if (unit === "hour") {
		const offset = offsetAt(at, timeZone);
		const hour = at - ((at + offset) % HOUR_MS) + HOUR_MS;
		if (offsetAt(hour, timeZone) === offset) return hour;
		while (!isStartOfHour(next, timeZone)) next += QUARTER_MS;
		return next;
	}
	const now = zoned(at, timeZone);
	const add = unit === "day" ? Zoned.addDays : Zoned.addMonths;
	let ahead = 0;
	do {
		ahead++;
		next = begin(unit, moment(add(now, ahead)), timeZone);
	} while (next <= at);
	return next;
}

/** A gap may have the library name an hour that is yet to come: that is no start. */
function isStartOfHour(at: number, timeZone: string): boolean {
	return moment(Zoned.startOfHour(zoned(at, timeZone))) === at;
}

function begin(unit: "day" | "month", at: number, timeZone: string): number {
	const begin = unit === "day" ? Zoned.startOfDay : Zoned.startOfMonth;
	return moment(begin(zoned(at, timeZone)));
}

/** Milliseconds by which a zone is ahead of UTC: where that stays, no hour is searched for. */
function offsetAt(at: number, timeZone: string): number {
	return Zoned.offsetNanoseconds(zoned(at, timeZone)) / NS_PER_MS;
}

function zoned(at: number, timeZone: string): Zoned.Record {
	return Zoned.create(BigInt(at) * BigInt(NS_PER_MS), timeZone);
}

function moment({ epochNanoseconds }: Zoned.Record): number {
	return Number(epochNanoseconds / BigInt(NS_PER_MS));
}
