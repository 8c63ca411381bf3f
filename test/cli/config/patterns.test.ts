import { describe, expect, test } from "vitest";
import { anchored, endsOf } from "../../../cli/config/patterns.ts";

const tied = [
	"^a$",
	"^(a|b)$",
	"^(?:a|b)$",
	"^a$|^b$",
	"(^a$|^b$)",
	"(?<word>^a$)",
	"(^)(a|b)($)",
	"^(a$|b$)",
	"(^a|^b)+$",
	"(?:^a|^b){1,2}c$",
	"^[|]$",
	"^[\\]|^]$",
	"^\\(a$|^\\)$|^\\|$",
	"^\\p{L}+\\$$",
	"^(?=.{1,9}$)a+$",
	"(?!x)^a$",
	"^a$(?<!b)",
	"\\b^a$\\b",
	".*",
	".+?",
	"^user-.*$",
	"^user-.*",
	".*-user$",
	"^$",
];

const atNeitherEnd = [
	"",
	"a",
	"[a-z]+",
	"^a|b$",
	"^a$|",
	"^a$|b",
	"(^a)?b($)*",
	"(^){0,1}a($){0}",
	"\\^a\\$",
	"[^a$]",
	"(?=^a$)",
	"(?<=^)a(?=$)",
	".{1,9}",
	".?",
	"(a|^b)(c$|d)",
	"\\.*a[.]*",
];

describe("an expression", () => {
	test.each(tied)("%s is tied at both ends", (source) => {
		expect(endsOf(source)).toEqual({ start: true, end: true });
	});

	test.each(atNeitherEnd)("%s is tied at neither end", (source) => {
		expect(endsOf(source)).toEqual({ start: false, end: false });
	});

	test.each([
		["^a", { start: true, end: false }],
		["^a$|^b", { start: true, end: false }],
		["^a(?=$)", { start: true, end: false }],
		["a$", { start: false, end: true }],
		["a$|^b$", { start: false, end: true }],
	])("%s is tied at one", (source, ends) => {
		expect(endsOf(source)).toEqual(ends);
	});
});

test("an expression may be as long and deep as the engine takes it", () => {
	const deep = `${"(".repeat(30_000)}^a${")".repeat(30_000)}`;
	expect(endsOf(deep)).toEqual({ start: true, end: false });
	const long = `^${"(a|b)".repeat(100_000)}$`;
	expect(endsOf(long)).toEqual({ start: true, end: true });
	expect(anchored(long)).toBe(long);
});

describe("what to write instead", () => {
	test.each([
		["[a-z]+", "^[a-z]+$"],
		["^a", "^a$"],
		["a$", "^a$"],
		["^a|b$", "^(?:a|b)$"],
		["^a$|^b$|c", "^(?:a|b|c)$"],
		["(a|b)", "^(a|b)$"],
		["a\\$", "^a\\$$"],
		["a|", "^(?:a|)$"],
	])("of %s is %s", (source, expected) => {
		expect(anchored(source)).toBe(expected);
	});

	test.each([...tied, ...atNeitherEnd])(
		"of %s is tied, and takes no more than it did",
		(source) => {
			const [before, after] = [source, anchored(source)].map(
				(one) => new RegExp(one, "u"),
			);
			expect(endsOf(anchored(source))).toEqual({ start: true, end: true });
			for (const name of ["", "a", "b", "ab", "$", "|", "x a y", "user-1"])
				if (after?.test(name)) expect(before?.test(name)).toBe(true);
		},
	);
});
