// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file
import { describe, expect, test } from "vitest";
import { loadContent, problemsOf } from "../../support/config.ts";

describe("a problem's place", () => {
	test("shows the line before, the line itself and what is marked", async () => {
		const content = "version: 1\nnamespaces:\n  a:\n    writeLog: many # all\n";
		expect(await problemsOf(loadContent(content))).toEqual([
			{
				code: "wrong-type",
				what: "`writeLog` must be a whole number from 0 to 100,000; got many",
				where: {
					file: "counters.yaml",
					line: 4,
					column: 15,
					frame: [
						"  3 |   a:",
						"> 4 |     writeLog: many # all",
						"    |               ^^^^",
					].join("\n"),
				},
			},
		]);
	});

	test("has no line before the first", async () => {
		const content = "version: 2\nnamespaces: { a: {} }\n";
		const [problem] = await problemsOf(loadContent(content));
		expect(problem?.where?.frame).toBe("> 1 | version: 2\n    |          ^");
	});

	test("keeps its line number where other programs would break lines", async () => {
		const content = `version: 1\n# a\u2028b\rc\nnamespaces: 5\n`;
		const [problem] = await problemsOf(loadContent(content));
		expect(problem?.where).toMatchObject({
			line: 3,
			frame: expect.stringContaining("> 3 | namespaces: 5\n"),
		});
	});

	test("has no frame on a line that nobody could read", async () => {
		const content = `{ version: 2, namespaces: { a: { kvPrefix: ${"x".repeat(500)} } } }`;
		const problems = await problemsOf(loadContent(content));
		expect(problems.map((one) => one.where)).toEqual([
			{ file: "counters.yaml", line: 1, column: 12 },
			{ file: "counters.yaml", line: 1, column: 44 },
		]);
	});
});

test("`names: path` is short for paths of URLs", async () => {
	const [namespace] = (
		await loadContent("version: 1\nnamespaces: { a: { names: path } }")
	).namespaces;
	const names = new RegExp(String(namespace?.names), "u");
	const taken = [
		"/",
		"/blog/hello",
		"a/b",
		"/caf\u00e9",
		"/caf%C3%A9",
		"/a b",
		"...",
	];
	const refused = [
		"",
		".",
		"a/..",
		"../a",
		"/a/./b",
		"a?b",
		"a#b",
		"a\nb",
		"<",
	];
	expect([...taken, ...refused].filter((name) => names.test(name))).toEqual(
		taken,
	);
	expect(names.test("/".repeat(257))).toBe(false);
});

describe("defaults", () => {
	test("lie under every namespace, key by key", async () => {
		const { namespaces } = await loadContent(`
version: 1
defaults: { shardCount: 9, increment: { min: -2, max: 5 }, names: [a, b] }
namespaces:
  as-it-is: {}
  more: { shardCount: 4, increment: { max: 7 }, names: [c] }
`);
		expect(namespaces).toMatchObject([
			{ shardCount: 9, increment: { min: -2, max: 5 }, names: ["a", "b"] },
			{ shardCount: 4, increment: { min: -2, max: 7 }, names: ["c"] },
		]);
	});

	test("need not fit together without a namespace", async () => {
		const { namespaces } = await loadContent(`
version: 1
defaults: { increment: { min: 2000000 } }
namespaces: { a: { increment: { max: 3000000 } } }
`);
		expect(namespaces[0]?.increment).toEqual({ min: 2e6, max: 3e6 });
	});

	test("do not hide that a namespace leaves a key empty", async () => {
		const content =
			"version: 1\ndefaults: { shardCount: 9 }\nnamespaces:\n  a:\n    shardCount:\n";
		expect(await problemsOf(loadContent(content))).toMatchObject([
			{ code: "wrong-type", where: { line: 5, column: 5 } },
		]);
	});

	test("that are wrong are told of once, however many share them", async () => {
		const content =
			"version: 1\ndefaults: { shardCount: 0 }\nnamespaces: { a: , b: , c: }\n";
		expect(await problemsOf(loadContent(content))).toHaveLength(1);
	});
});

describe("a variable", () => {
	const config = (value: string, env: Record<string, string>) =>
		loadContent(
			`version: 1\nnamespaces:\n  a:\n    kvPrefix: ${value}\n    shardCount: 4\n`,
			env,
		);

	test("cannot bring in keys or comments", async () => {
		const env = { X: "a # b\n    shardCount: 9" };
		const { namespaces } = await config("${X}", env);
		expect(namespaces).toMatchObject([{ kvPrefix: env.X, shardCount: 4 }]);
	});

	test("in quotes stays a text", async () => {
		const { namespaces } = await config('"${X}"', { X: "2026" });
		expect(namespaces[0]?.kvPrefix).toBe("2026");
	});

	test("without quotes is typed as if it stood in the file", async () => {
		expect(await problemsOf(config("${X}", { X: "2026" }))).toMatchObject([
			{
				code: "wrong-type",
				what: expect.stringMatching(/in quotes; got the value of `\$\{X\}`$/),
			},
		]);
	});
});

test("a file that is nested without end is refused", async () => {
	for (const content of [
		"[".repeat(20_000),
		"- ".repeat(20_000),
		"{a: ".repeat(20_000),
	])
		expect(await problemsOf(loadContent(content))).toMatchObject([
			{ what: "lists and maps lie too deep in one another" },
		]);
});

test("a value that would hold itself is refused", async () => {
	const content =
		"version: 1\nnamespaces: &n { a: *n }\ndefaults: &d { increment: *d }\n";
	const codes = (await problemsOf(loadContent(content))).map((one) => one.code);
	expect(codes).toEqual(["too-many-aliases", "too-many-aliases"]);
});
