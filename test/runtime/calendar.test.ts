import { describe, expect, test } from "vitest";
import {
	nextStart,
	startOf,
	type Unit,
} from "../../templates/runtime/history/calendar.ts";

const MINUTE_MS = 60_000;
const QUARTER_MS = 900_000;

/** The rule of the zone, the unit, and the moments at which two or more begin in turn. */
const HARD: readonly (readonly [
	rule: string,
	timeZone: string,
	unit: Unit,
	...starts: string[],
])[] = [
	[
		"UTC changes nothing",
		"UTC",
		"day",
		"2026-11-29T00:00Z",
		"2026-11-30T00:00Z",
	],
	[
		"EU: forward on the last Sunday of March at 01:00 UTC, so that day has 23 hours",
		"Europe/Berlin",
		"day",
		"2026-03-28T23:00Z",
		"2026-03-29T22:00Z",
		"2026-03-30T22:00Z",
	],
	[
		"EU: back on the last Sunday of October at 01:00 UTC, so that day has 25 hours",
		"Europe/Berlin",
		"day",
		"2026-10-24T22:00Z",
		"2026-10-25T23:00Z",
		"2026-10-26T23:00Z",
	],
	[
		"EU: 02:00 to 03:00 comes twice on that day",
		"Europe/Berlin",
		"hour",
		"2026-10-24T23:00Z",
		"2026-10-25T00:00Z",
		"2026-10-25T01:00Z",
		"2026-10-25T02:00Z",
	],
	[
		"EU: there is no 02:00 on the day of 23 hours",
		"Europe/Berlin",
		"hour",
		"2026-03-29T00:00Z",
		"2026-03-29T01:00Z",
		"2026-03-29T02:00Z",
	],
	[
		"EU: the month of each change is an hour longer or shorter",
		"Europe/Berlin",
		"month",
		"2026-02-28T23:00Z",
		"2026-03-31T22:00Z",
		"2026-04-30T22:00Z",
	],
	[
		"Cuba: forward on the second Sunday of March at midnight, so that day begins at 01:00",
		"America/Havana",
		"day",
		"2026-03-07T05:00Z",
		"2026-03-08T05:00Z",
		"2026-03-09T04:00Z",
	],
	[
		"Cuba: back on the first Sunday of November from 01:00 to midnight, so that day begins twice",
		"America/Havana",
		"day",
		"2026-10-31T04:00Z",
		"2026-11-01T04:00Z",
		"2026-11-02T05:00Z",
	],
	[
		"Cuba: 00:00 to 01:00 comes twice on that day",
		"America/Havana",
		"hour",
		"2026-11-01T03:00Z",
		"2026-11-01T04:00Z",
		"2026-11-01T05:00Z",
		"2026-11-01T06:00Z",
	],
	[
		"Cuba: November of 2026 begins with the first of two midnights",
		"America/Havana",
		"month",
		"2026-10-01T04:00Z",
		"2026-11-01T04:00Z",
		"2026-12-01T05:00Z",
	],
	[
		"Egypt: forward on the last Friday of April at midnight, so that day begins at 01:00",
		"Africa/Cairo",
		"day",
		"2026-04-22T22:00Z",
		"2026-04-23T22:00Z",
		"2026-04-24T21:00Z",
	],
	[
		"Egypt: back at the end of the last Thursday of October, whose last hour comes twice",
		"Africa/Cairo",
		"day",
		"2026-10-28T21:00Z",
		"2026-10-29T22:00Z",
		"2026-10-30T22:00Z",
	],
	[
		"Egypt: 23:00 to 24:00 comes twice then",
		"Africa/Cairo",
		"hour",
		"2026-10-29T20:00Z",
		"2026-10-29T21:00Z",
		"2026-10-29T22:00Z",
	],
	[
		"Lebanon: forward on the last Sunday of March at midnight, so that day begins at 01:00",
		"Asia/Beirut",
		"day",
		"2026-03-27T22:00Z",
		"2026-03-28T22:00Z",
		"2026-03-29T21:00Z",
	],
	[
		"Lebanon: back on the last Sunday of October from midnight to 23:00 of the day before",
		"Asia/Beirut",
		"day",
		"2026-10-23T21:00Z",
		"2026-10-24T22:00Z",
		"2026-10-25T22:00Z",
	],
	[
		"Paraguay, until 2024: forward on the first Sunday of October at midnight; in 2023 the month begins at 01:00",
		"America/Asuncion",
		"month",
		"2023-09-01T04:00Z",
		"2023-10-01T04:00Z",
		"2023-11-01T03:00Z",
	],
	[
		"Greenland: forward on the last Saturday of March from 23:00 to midnight",
		"America/Nuuk",
		"day",
		"2026-03-28T02:00Z",
		"2026-03-29T01:00Z",
		"2026-03-30T01:00Z",
	],
	[
		"Greenland: back on the last Sunday of October from midnight to 23:00 of the day before",
		"America/Nuuk",
		"day",
		"2026-10-24T01:00Z",
		"2026-10-25T02:00Z",
		"2026-10-26T02:00Z",
	],
	[
		"Troll: forward by two hours with the EU",
		"Antarctica/Troll",
		"day",
		"2026-03-29T00:00Z",
		"2026-03-29T22:00Z",
		"2026-03-30T22:00Z",
	],
	[
		"Nepal: 5:45 before UTC, all year",
		"Asia/Kathmandu",
		"day",
		"2026-11-28T18:15Z",
		"2026-11-29T18:15Z",
	],
	[
		"Nepal: hours begin at a quarter past those of UTC",
		"Asia/Kathmandu",
		"hour",
		"2026-11-29T10:15Z",
		"2026-11-29T11:15Z",
	],
	[
		"Chatham: 12:45 before UTC; forward by an hour on the last Sunday of September",
		"Pacific/Chatham",
		"day",
		"2026-09-25T11:15Z",
		"2026-09-26T11:15Z",
		"2026-09-27T10:15Z",
	],
	[
		"Lord Howe: forward by half an hour on the first Sunday of October at 02:00, so that hour begins at 02:30",
		"Australia/Lord_Howe",
		"hour",
		"2026-10-03T14:30Z",
		"2026-10-03T15:30Z",
		"2026-10-03T16:00Z",
		"2026-10-03T17:00Z",
	],
	[
		"Lord Howe: back from 02:00 to 01:30 on the first Sunday of April, so that hour has 90 minutes",
		"Australia/Lord_Howe",
		"hour",
		"2026-04-04T13:00Z",
		"2026-04-04T14:00Z",
		"2026-04-04T15:30Z",
		"2026-04-04T16:30Z",
	],
	[
		"Lord Howe: that day has 24 and a half hours",
		"Australia/Lord_Howe",
		"day",
		"2026-04-04T13:00Z",
		"2026-04-05T13:30Z",
	],
	[
		"Samoa: went over the date line at the end of 29 December 2011; there was no 30th",
		"Pacific/Apia",
		"day",
		"2011-12-28T10:00Z",
		"2011-12-29T10:00Z",
		"2011-12-30T10:00Z",
		"2011-12-31T10:00Z",
	],
	[
		"Samoa: that month had 30 days",
		"Pacific/Apia",
		"month",
		"2011-12-01T10:00Z",
		"2011-12-31T10:00Z",
	],
	[
		"Newfoundland, until 2011: back from 00:01 to 23:01, so the day begins, and the one before goes on in it",
		"America/St_Johns",
		"day",
		"2010-11-06T02:30Z",
		"2010-11-07T02:30Z",
		"2010-11-08T03:30Z",
	],
	[
		"Casey: forward by three hours at 00:01, in the midst of an hour",
		"Antarctica/Casey",
		"hour",
		"2020-10-03T15:00Z",
		"2020-10-03T16:00Z",
		"2020-10-03T17:00Z",
		"2020-10-03T18:00Z",
	],
	[
		"A minute is the same everywhere",
		"Australia/Lord_Howe",
		"minute",
		"2026-04-04T14:59Z",
		"2026-04-04T15:00Z",
		"2026-04-04T15:01Z",
	],
];

test.for(HARD)("%s", ([, timeZone, unit, ...written]) => {
	const starts = written.map((start) => Date.parse(start));
	for (const [n, start] of starts.slice(0, -1).entries()) {
		const end = starts[n + 1] ?? Number.NaN;
		const within = [start, start + 1, (start + end) / 2, end - 1];
		const step = unit === "month" ? 37 * QUARTER_MS : QUARTER_MS;
		for (let at = start; at < end; at += step) within.push(at);
		for (const at of within.map(Math.floor)) {
			const found = [
				startOf(unit, at, timeZone),
				nextStart(unit, at, timeZone),
			].map((moment) => new Date(moment).toISOString());
			expect([new Date(at).toISOString(), ...found]).toEqual(
				[at, start, end].map((moment) => new Date(moment).toISOString()),
			);
		}
	}
});

describe("in every zone", () => {
	const zones = Intl.supportedValuesOf("timeZone");
	/** Twelve of them are two years: all hours, days of the week and seasons. */
	const STEP_MS = 61 * 86_400_000 + 5 * 3_600_000 + 7 * MINUTE_MS + 1;

	test.each(["hour", "day", "month"] as const)(
		"each %s ends where the next begins, at a quarter of an hour",
		(unit) => {
			expect(zones.length).toBeGreaterThan(400);
			for (const [n, zone] of zones.entries()) {
				const from = Date.UTC(2026, 0, 1) + n * 7 * MINUTE_MS;
				for (let k = 0; k < 12; k++) {
					const at = from + k * STEP_MS;
					const start = startOf(unit, at, zone);
					const next = nextStart(unit, at, zone);
					const holds =
						start <= at &&
						at < next &&
						startOf(unit, next, zone) === next &&
						nextStart(unit, start, zone) === next &&
						next % QUARTER_MS === 0;
					expect({ zone, at, holds }).toEqual({ zone, at, holds: true });
				}
			}
		},
	);
});
