import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonText } from "../../../cli/openapi/text.ts";

test("a value is itself once it is read again", () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			// JSON has no -0.
			const plain = JSON.parse(JSON.stringify(value));
			expect(JSON.parse(jsonText(plain))).toEqual(plain);
		}),
	);
});

test("what fits on a line is on one", () => {
	const long = "x".repeat(60);
	expect(
		jsonText({ a: [1, 2], b: { c: {}, d: long.slice(0, 50) }, e: [] }),
	).toBe(
		`{
	"a": [1, 2],
	"b": { "c": {}, "d": "${long.slice(0, 50)}" },
	"e": []
}
`,
	);
	expect(jsonText({ b: [long, { c: null }] })).toBe(
		`{
	"b": [
		"${long}",
		{ "c": null }
	]
}
`,
	);
});
