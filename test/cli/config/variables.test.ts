// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file
import { describe, expect, test } from "vitest";
import { interpolate } from "../../../cli/config/variables.ts";

const env = { NAME: "votes", EMPTY: "", NESTED: "${NAME}", GONE: undefined };
const ok = (text: string) => ({ text, unset: [], malformed: [] });

describe("a variable", () => {
	test.for([
		["no variables, $5 and {braces}", "no variables, $5 and {braces}"],
		["${NAME}", "votes"],
		["a-${NAME}-${NAME}", "a-votes-votes"],
		["${NAME:-other}", "votes"],
		["${UNSET:-other}", "other"],
		["${GONE:-other}", "other"],
		["${UNSET:-}", ""],
		["${EMPTY}", ""],
		["${EMPTY:-other}", "other"],
		["${UNSET:-a:-b c}", "a:-b c"],
		["${UNSET:-^[a-z]{1,3}$}", "^[a-z]{1,3}$"],
		["${UNSET:-${EMPTY:-${NAME}}}!", "votes!"],
		["${UNSET:-two\nlines}", "two\nlines"],
		["$${NAME}", "$votes"],
	])("%j becomes %j", ([text = "", filled = ""]) => {
		expect(interpolate(text, env)).toEqual(ok(filled));
	});

	test("is filled in once, whatever it holds", () => {
		expect(interpolate("${NESTED}", env)).toEqual(ok("${NAME}"));
	});

	test("without a value or a fallback is named", () => {
		expect(interpolate("${A}${NAME}${B}${C:-${D}}", env).unset).toEqual([
			"A",
			"B",
			"D",
		]);
	});

	test("in fallbacks of others without end is refused, not followed", () => {
		const nested = (depth: number) =>
			`${"${A:-".repeat(depth)}x${"}".repeat(depth)}`;
		expect(interpolate(nested(20), env)).toEqual(ok("x"));
		expect(interpolate(nested(100_000), env).malformed).toHaveLength(1);
	});

	test("of JavaScript's own is not set", () => {
		expect(interpolate("${constructor}${__proto__}", {}).unset).toEqual([
			"constructor",
			"__proto__",
		]);
	});

	test("that a fallback spares is not asked for", () => {
		expect(interpolate("${NAME:-${UNSET}}", env)).toEqual(ok("votes"));
	});

	test.for([
		"${}",
		"${1}",
		"${a b}",
		"${NAME-x}",
		"${NAME:?x}",
		"${NAME",
		"${UNSET:-{}",
		"${",
	])("%j is malformed", (text) => {
		expect(interpolate(`a ${text}`, env).malformed).toEqual([text]);
	});
});
