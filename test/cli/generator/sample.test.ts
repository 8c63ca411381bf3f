import fc from "fast-check";
import { expect, test } from "vitest";
import { accepts, sampleName } from "../../../cli/generator/sample.ts";

test.each([
	["^[A-Za-z0-9_.:-]{1,128}$", "signups"],
	["^[A-Z][a-z]+$", "Signups"],
	["^/[A-Za-z0-9/_.-]{0,127}$", "/home"],
	["^(likes|shares)$", "likes"],
	["^post-\\d+$", "post-1"],
	["^user:[0-9a-f]{8}$", "user:aaaaaaaa"],
	["^[a-z]{2}-[A-Z]{2}$", "aa-AA"],
	["^(?:|(?:19|20)\\d{2}-\\d{2})$", "1911-11"],
	["^\\/blog\\/(?<slug>[^/]+)(?:\\/)?$", "/blog/a/"],
	["^v1(?!0)(?:[.][0-9]{1,3}){2}(beta)??$", "v1.1.1beta"],
	["^a{0}b$", "b"],
	["^[#?'\\s]{3}$", "   "],
	["^\\p{Lu}\\p{Nd}\\u{1F4A5}?$", "A1"],
	["^(a|b)\\1$", "NAME"],
	["^\\p{Script=Han}+$", "NAME"],
	["^\\.\\.?$", "NAME"],
	["^(?:(?:[ab]{200}){200}){200}$", "NAME"],
])("of what matches %s the sample is %s", (names, sample) => {
	expect(sampleName({ names })).toBe(sample);
});

test("a sample that is not NAME is accepted, of a pattern as of a list", () => {
	const piece = fc.oneof(
		fc.constantFrom(
			..."a|Z|[b-d_]|\\d|\\w|.|\\.|(x|yy)|(?:q|)|\\/|(?=e)e".split("|"),
		),
		fc.constantFrom("[^a-z]", "(?:up|down)", "(?<!z)\\s", "\\u0041"),
	);
	const count = fc.constantFrom("", "", "?", "*", "+", "{2}", "{0,3}", "+?");
	const pattern = fc
		.array(fc.tuple(piece, count), { minLength: 1, maxLength: 5 })
		.map((pieces) => `^${pieces.map((one) => one.join("")).join("")}$`)
		.filter(isValid);
	let named = 0;
	fc.assert(
		fc.property(pattern, (names) => {
			const sample = sampleName({ names });
			if (sample === "NAME") return;
			named++;
			expect(new RegExp(names, "u").test(sample)).toBe(true);
		}),
		{ numRuns: 1_000, seed: 1 },
	);
	expect(named).toBeGreaterThan(900);
	expect(sampleName({ names: ["yes", "no"] })).toBe("yes");
	expect(accepts({ names: ["yes", "no"] }, "no")).toBe(true);
	expect(accepts({ names: ["yes", "no"] }, "maybe")).toBe(false);
});

function isValid(source: string): boolean {
	try {
		return Boolean(new RegExp(source, "u"));
	} catch {
		return false;
	}
}
