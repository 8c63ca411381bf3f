import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../../cli/config/duration.ts";

test.for([
	["0", 0],
	["5000", 5_000],
	["250ms", 250],
	["5s", 5_000],
	["2m", 120_000],
	["24h", 86_400_000],
	["1d", 86_400_000],
	["400d", 34_560_000_000],
	["007s", 7_000],
] as const)("%s is %i milliseconds", ([text, ms]) => {
	expect(parseDuration(text)).toBe(ms);
});

test.for([
	"",
	" 5s",
	"5 s",
	"5S",
	"-5s",
	"1.5s",
	"1h30m",
	"5w",
	"s",
	"1e3",
	"5s\n",
])("%j is no duration", (text) => {
	expect(parseDuration(text)).toBeNaN();
});

test.for([
	[10, "10ms"],
	[1_000, "1s"],
	[1_500, "1500ms"],
	[90_000, "90s"],
	[120_000, "2m"],
	[86_400_000, "24h"],
	[90_000_000, "25h"],
	[172_800_000, "2d"],
	[0, "0ms"],
] as const)("%i milliseconds are written %s", ([ms, text]) => {
	expect(formatDuration(ms)).toBe(text);
	expect(parseDuration(text)).toBe(ms);
});
