import { getPattern } from "isbot";
import { expect, test } from "vitest";
import { toTypeScript } from "../../../cli/generator/typescript.ts";

test.each([
	[String.raw`[\w\-]+`, String.raw`/[\w-]+/`],
	[String.raw`[a\-z]`, String.raw`/[a\-z]/`],
	[String.raw`[\.\/\(\)\[\{\}]\.`, String.raw`/[./()[{}]\./`],
	[String.raw`[\]\\\^]\/`, String.raw`/[\]\\\^]\//`],
	[String.raw`[\d\s]\d`, String.raw`/[\d\s]\d/`],
	[String.raw`\[\.\]`, String.raw`/\[\.\]/`],
])("%s loses the escapes that a class does not need", (source, code) => {
	expect(toTypeScript(new RegExp(source))).toBe(code);
});

test("an expression matches as before: each character, and each escaped one", () => {
	const characters = Array.from({ length: 95 }, (_, at) =>
		String.fromCharCode(32 + at),
	);
	for (const mark of characters.filter((one) => /\W/.test(one)))
		for (const source of [`[a\\${mark}z]`, `[\\${mark}]`, `[^b\\${mark}]`]) {
			const [, body = "", flags] =
				/^\/(.*)\/(\w*)$/s.exec(toTypeScript(new RegExp(source))) ?? [];
			const written = new RegExp(body, flags);
			for (const one of characters)
				expect([source, one, written.test(one)]).toEqual([
					source,
					one,
					new RegExp(source).test(one),
				]);
		}
});

test("the expression that knows bots is still one", () => {
	expect(toTypeScript(getPattern())).toMatch(/^\/.{100,}\/i$/);
});
