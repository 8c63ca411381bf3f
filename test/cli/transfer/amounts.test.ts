import { expect, test } from "vitest";
import { amountsOf, differences } from "../../../cli/transfer/amounts.ts";

test("a total is divided into amounts that have nothing in common", () => {
	const past = {
		day: {
			"2026-11-27T00:00:00+01:00": 7,
			"2026-11-28T00:00:00+01:00": 100,
			"2026-11-29T00:00:00+01:00": 0,
		},
		hour: {
			"2026-11-28T00:00:00+01:00": 10,
			"2026-11-28T23:00:00+01:00": 80,
			"2026-11-29T10:00:00+01:00": -5,
		},
		minute: {
			"2026-11-28T23:59:00+01:00": 30,
			"2026-11-29T10:00:00+01:00": -5,
		},
	};
	expect(amountsOf("a", 120, past)).toEqual([
		["a", 30, "minute", "2026-11-28T23:59:00+01:00"],
		["a", -5, "minute", "2026-11-29T10:00:00+01:00"],
		["a", 10, "hour", "2026-11-28T00:00:00+01:00"],
		["a", 50, "hour", "2026-11-28T23:00:00+01:00"],
		["a", 7, "day", "2026-11-27T00:00:00+01:00"],
		["a", 10, "day", "2026-11-28T00:00:00+01:00"],
		["a", 5, "day", "2026-11-29T00:00:00+01:00"],
		["a", 13],
	]);
});

test("an hour without its day, and a minute without its hour, stand on their own", () => {
	expect(
		amountsOf("a", 6, {
			day: { "2026-11-27": 1 },
			hour: { "2026-11-29T08:00": 2 },
			minute: { "2026-11-29T09:30": 3 },
		}),
	).toEqual([
		["a", 3, "minute", "2026-11-29T09:30"],
		["a", 2, "hour", "2026-11-29T08:00"],
		["a", 1, "day", "2026-11-27"],
	]);
});

test("a day that ends an hour late has that hour", () => {
	expect(
		amountsOf("a", 4, {
			day: { "2026-11-01T00:00:00-04:00": 4 },
			hour: { "2026-11-01T23:00:00-05:00": 3 },
		}),
	).toEqual([
		["a", 3, "hour", "2026-11-01T23:00:00-05:00"],
		["a", 1, "day", "2026-11-01T00:00:00-04:00"],
	]);
});

test.each([
	[0, [["a", 0]]],
	[5, [["a", 5]]],
])("a total of %d without a past is one amount", (value, moves) => {
	expect(amountsOf("a", value, {})).toEqual(moves);
});

test("differences make what is there what is wanted", () => {
	const there = amountsOf("a", 10, { day: { "2026-11-28T00:00:00Z": 4 } });
	const wanted = amountsOf("a", 12, {
		day: { "2026-11-28T00:00:00+00:00": 5, "2026-11-29T00:00:00+00:00": 1 },
	});
	expect(differences(there, wanted)).toEqual([
		["a", 1, "day", "2026-11-28T00:00:00+00:00"],
		["a", 1, "day", "2026-11-29T00:00:00+00:00"],
	]);
	expect(differences(wanted, wanted)).toEqual([]);
});
