import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@babel/parser";
import fc from "fast-check";
import { stringify } from "smol-toml";
import { describe, expect, it } from "vitest";
import { contentOf } from "../../../cli/content/without-layout.ts";
import { root } from "../../support/project.ts";

/** Tells whether two texts of a file say the same. */
async function isSame(path: string, a: string, b: string): Promise<boolean> {
	const content = await contentOf(path, a);
	expect(content).toBeDefined();
	return content === (await contentOf(path, b));
}

describe("layout of TypeScript", () => {
	it.each([
		["white space", "const a = [1, 2];", "const a=[\n\t1,\r\n\t2 ]"],
		["quotes", `f("it's");`, "f('it\\'s')"],
		["semicolons", "a();\n[b].c();", "a()\n;[b].c()"],
		["empty statements", "a();", "a();;"],
		["trailing commas", "f({ a, b }, [c]);", "f({ a, b, }, [c,],)"],
		["parentheses", "const f = (x) => x + 1;", "const f = x => (x + 1);"],
		["those of types", "type A = (B | C)[];", "type A = (((B) | C))[];"],
		["a bar before a union", "type A = B | C;", "type A =\n\t| B\n\t| C;"],
		["ends of members", "type A = { b: C; d: E };", "type A = { b: C, d: E, }"],
		[
			"members of classes",
			"class A { b = 1; [c] = 2; }",
			"class A { b = 1\n;[c] = 2 }",
		],
		["quotes of keys", "({ a: 1, 'b-c': 2 });", "({ 'a': 1, 'b-c': 2 });"],
		["those of types' keys", "type A = { a: 1 };", 'type A = { "a": 1 };'],
		["those of enums' keys", "enum A { b = 1 }", "enum A { 'b' = 1 }"],
		["the case of numbers", "f(0xab, 1e5, 0.5, 9n);", "f(0xAB, 1E5, .5, 9n);"],
		["no arguments", "new A();", "new A;"],
		["flags of expressions", "/a/gu;", "/a/ug;"],
		[
			"the order of imports",
			'import { a, b } from "c";\nimport "d";\nf();',
			'import "d";\nimport { b, a } from "c";\nf();',
		],
		[
			"that of exports",
			'export { a } from "c";\nexport * from "d";',
			'export * from "d";\nexport { a } from "c";',
		],
		[
			"indented comments",
			"{\n\t/**\n\t * A.\n\t *\n\t * B.\n\t */\n\ta();\n}",
			"{\n    /**\n     * A.\n     *\n     * B.\n     */\n    a()\n}",
		],
		["a formatter's mark", "// A.\na();", "/** @format */\n\n// A.\na();"],
	])("is %s", async (_, written, formatted) => {
		expect(await isSame("a.ts", written, formatted)).toBe(true);
	});

	it.each([
		["a name", "a();", "b();"],
		["a text", 'f("a");', 'f("a ");'],
		["a template", "f(`a\n b`);", "f(`a\n  b`);"],
		["an order", "a();\nb();", "b();\na();"],
		["meaning of parentheses", "(a + b) * c;", "a + b * c;"],
		["a chain's parentheses", "(a?.b).c;", "a?.b.c;"],
		[
			"a line end that ends a statement",
			"() => { return a; };",
			"() => { return\na; };",
		],
		["a comment", "a();", "a(); // mine"],
		["a comment's words", "// A.\na();", "// B.\na();"],
		["code in a comment", "a();\nb();", "a();\n// b();"],
		["an optional", "type A = { b: C };", "type A = { b?: C };"],
		["a computed key", "({ a: 1 });", "({ [a]: 1 });"],
		["a hole", "[a];", "[, a];"],
		["static", "class A { static b = 1; }", "class A { b = 1; }"],
		[
			"override",
			"class A extends B { override b = 1; }",
			"class A extends B { b = 1; }",
		],
		["a type import", 'import { a } from "b";', 'import type { a } from "b";'],
	])("is not %s", async (_, written, edited) => {
		expect(await isSame("a.ts", written, edited)).toBe(false);
	});

	it("is none of what does not parse", async () => {
		expect(await contentOf("a.ts", "const = ;")).toBeUndefined();
	});
});

describe("a generated file", () => {
	const text = readFileSync(join(root, "generated/src/counters.ts"), "utf8");
	const tokens = parse(text, {
		sourceType: "module",
		plugins: ["typescript"],
		tokens: true,
	}).tokens as { type: object | string; start: number; end: number }[];
	const code = tokens.filter(({ type }) => typeof type === "object");

	it("says the same with any space between its words", async () => {
		const gap = fc.constantFrom(" ", "\t", "  \t ", "/**/");
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(code.length - 1), gap), { maxLength: 50 }),
				async (gaps) => {
					const at = new Map(
						gaps.map(([n, gap]) => [code[n]?.start ?? 0, gap]),
					);
					const places = [...at].sort(([a], [b]) => b - a);
					const withSpace = (gaps: typeof places) =>
						gaps.reduce(
							(text, [at, gap]) => text.slice(0, at) + gap + text.slice(at),
							text,
						);
					const spaces = places.filter(([, gap]) => gap !== "/**/");
					expect(await isSame("a.ts", text, withSpace(spaces))).toBe(true);
					// A comment is not layout, though it says nothing.
					const hasComment = spaces.length < places.length;
					expect(await isSame("a.ts", text, withSpace(places))).toBe(
						!hasComment,
					);
				},
			),
			{ numRuns: 50 },
		);
	});

	it("says something else with any word changed", async () => {
		const words = code.filter(({ start, end }) =>
			/^[\w"`]/.test(text.slice(start, end)),
		);
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...words), async ({ start, end }) => {
				const word = text
					.slice(start, end)
					.replace(/\w/, (a) => (a === "x" ? "y" : "x"));
				const edited = text.slice(0, start) + word + text.slice(end);
				fc.pre(edited !== text);
				expect(await isSame("a.ts", text, edited)).toBe(false);
			}),
			{ numRuns: 100 },
		);
	});
});

describe("layout of JSON", () => {
	it.each([
		["white space", '{"a":[1,2]}', '{\n\t"a": [1, 2]\n}\n'],
		["trailing commas", '{ "a": [1] }', '{ "a": [1,], }'],
		["quotes of keys", '{ "a": 1 }', "{ a: 1 }"],
	])("is %s", async (_, written, formatted) => {
		expect(await isSame("a.json", written, formatted)).toBe(true);
	});

	it.each([
		["a value", '{ "a": 1 }', '{ "a": 2 }'],
		["a key", '{ "a": 1 }', '{ "b": 1 }'],
		["a value's kind", '{ "a": 1 }', '{ "a": "1" }'],
		["a comment", '{ "a": 1 }', '// mine\n{ "a": 1 }'],
	])("is not %s", async (_, written, edited) => {
		expect(await isSame("a.json", written, edited)).toBe(false);
	});
});

describe("layout of TOML", () => {
	it.each([
		["white space", "a=1\n[b]\nc = 2", "a   = 1\n\n\n[ b ]\n  c = 2\n"],
		["wrapped lists", "a = [1, 2]", "a = [\n  1,\n  2,\n]"],
		["the kind of tables", "[a]\nb = 1", "a = { b = 1 }"],
		["the order of keys", "a = 1\nb = 2", "b = 2\na = 1"],
		["quotes", 'a = "b#c"', "'a' = 'b#c'"],
		["space around comments", "a = 1 # one", "# one  \na = 1"],
	])("is %s", async (_, written, formatted) => {
		expect(await isSame("a.toml", written, formatted)).toBe(true);
	});

	it.each([
		["a value", "a = 1", "a = 2"],
		["a date for a text", 'a = "2026-10-20"', "a = 2026-10-20"],
		["what is no number", "a = nan", "a = inf"],
		["the order of a list", "a = [1, 2]", "a = [2, 1]"],
		["a comment", "a = 1", "a = 1 # mine"],
		["a comment behind a text", 'a = "b#c"', 'a = "b#c" # mine'],
		[
			"one behind a long text",
			'a = """b\\"""c"""""',
			'a = """b\\"""c""""" # mine',
		],
		["code in a comment", "a = 1\nb = 2", "a = 1\n# b = 2"],
		["a line in a list", "a = [\n  1,\n]", "a = [\n  1, # mine\n]"],
	])("is not %s", async (_, written, edited) => {
		expect(await isSame("a.toml", written, edited)).toBe(false);
	});

	it("finds no comment in any text", async () => {
		const text = fc.string({
			unit: fc.constantFrom("#", '"', "'", "\\", "\n", "a", " "),
		});
		await fc.assert(
			fc.asyncProperty(fc.dictionary(text, text), async (data) => {
				const toml = stringify(data);
				expect(await isSame("a.toml", toml, `\n${toml}\n\n`)).toBe(true);
				expect(await isSame("a.toml", toml, `${toml}\n# mine`)).toBe(false);
				expect(await contentOf("a.toml", toml)).toMatch(/,\[\]\]$/);
			}),
		);
	});
});

describe("layout of YAML", () => {
	it.each([
		["white space", "a:\n  b: 1\n", "\n\na:\r\n    b:   1"],
		["flow", "a: { b: [1, 2] }", "a:\n  b:\n    - 1\n    - 2\n"],
		["quotes", "a: 'b'", 'a: "b"'],
		[
			"indented comments",
			"# A\na:\n  # B\n  b: 1 # C",
			"# A\na:\n    # B\n    b: 1   # C",
		],
		["a formatter's mark", "# A\na: 1", "# @format\n\n# A\na: 1"],
	])("is %s", async (_, written, formatted) => {
		expect(await isSame("a.yaml", written, formatted)).toBe(true);
	});

	it.each([
		["a value", "a: 1", "a: 2"],
		["a type", "a: 1", "a: '1'"],
		["an order", "a: 1\nb: 2", "b: 2\na: 1"],
		["a comment", "a: 1", "a: 1 # mine"],
		["a comment's words", "# A\na: 1", "# B\na: 1"],
		["a value in a comment", "# a: 1\nb: 2", "a: 1\nb: 2"],
		["a text like a comment", "a: |\n  # b\n", "a: |\n  # c\n"],
	])("is not %s", async (_, written, edited) => {
		expect(await isSame("a.yaml", written, edited)).toBe(false);
	});

	it("is none of a text that is no YAML", async () => {
		expect(await contentOf("a.yaml", "a: [")).toBeUndefined();
		const text = await contentOf("a.yaml", "a: |\n  # b\n");
		expect(text).toBe('[{"a":"# b\\n"},[]]');
	});
});

describe("layout of Markdown", () => {
	it.each([
		[
			"tables",
			"| a | b |\n|---|---|\n| `c` | d |",
			"| a   | b   |\n| --- | --- |\n| `c` | d   |",
		],
		["wrapped lines", "a b c d", "a b\nc d"],
		["bullets", "- a\n- b", "* a\n* b"],
		["emphasis", "*a* __b__", "_a_ **b**"],
		["headings", "# a\n\nb", "a\n=\n\nb"],
		[
			"code of a language that has layout",
			'```ts\nf("a");\n```',
			"```ts\nf('a')\n```",
		],
		[
			"a formatter's mark",
			"<!-- A. -->\n\nb",
			"<!-- @format -->\n\n<!-- A. -->\n\nb",
		],
	])("is %s", async (_, written, formatted) => {
		expect(await isSame("a.md", written, formatted)).toBe(true);
	});

	it.each([
		["a word", "a b", "a c"],
		["a comment", "a", "a\n\n<!-- mine -->"],
		["a comment of the other kind", "a", "a\n\n[//]: # (mine)"],
		["punctuation", "a, b", "a; b"],
		["code", "```sh\na b\n```", "```sh\na  b\n```"],
		["a link", "[a](b)", "[a](c)"],
		["a box", "- [ ] a", "- [x] a"],
	])("is not %s", async (_, written, edited) => {
		expect(await isSame("a.md", written, edited)).toBe(false);
	});
});

it("files of other kinds have none", async () => {
	expect(await contentOf(".gitignore", "a\n")).toBeUndefined();
});
