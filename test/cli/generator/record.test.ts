import { describe, expect, it } from "vitest";
import { hash, match, recordOf } from "../../../cli/generator/record.ts";

/** The hash of "abc": a known value of SHA-256. */
const abc =
	"sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

describe("hash", () => {
	it("is the SHA-256 of the text", () => {
		expect(hash("abc")).toBe(abc);
	});

	it("does not depend on line endings", () => {
		expect(hash("a\r\nb\r\n")).toBe(hash("a\nb\n"));
		expect(hash("a\nb")).not.toBe(hash("a\nb\n"));
	});
});

describe("a record", () => {
	it("has the text's hash, and the content's where there is one", async () => {
		expect(await recordOf(".gitignore", "abc", [])).toBe(abc);
		expect(await recordOf("a.ts", "abc", [])).toMatch(
			new RegExp(`^${abc} sha256-[0-9a-f]{64}$`),
		);
		expect(await recordOf("a.ts", "not code", [])).toBe(hash("not code"));
	});

	it("is a former one of the same text, which is not read again", async () => {
		const former = `${abc} ${hash("what an older release read in it")}`;
		expect(await recordOf("a.ts", "abc", ["sha256-0", former])).toBe(former);
		expect(await recordOf("a.ts", "abcd", [former])).not.toContain(abc);
	});

	it("gets the content that a former one lacks", async () => {
		expect(await recordOf("a.ts", "abc", [abc])).toBe(
			await recordOf("a.ts", "abc", []),
		);
	});
});

describe("a text matches a record", () => {
	it("to the letter, in another layout, or not at all", async () => {
		const record = await recordOf("a.ts", "f(1);\n", []);
		const all = [abc, record];
		const matches = (text: string) => match("a.ts", text, all);
		expect(await matches("f(1);\r\n")).toEqual({
			how: "text",
			records: [record],
		});
		expect(await matches("f(1)")).toEqual({ how: "layout", records: [record] });
		expect(await matches("f(2);\n")).toBeUndefined();
		expect(await matches("not code")).toBeUndefined();
	});

	it("to the letter only, where a record has no content", async () => {
		expect(await match("a.ts", "abc;", [abc])).toBeUndefined();
		expect(await match("a.ts", "abc", [abc])).toMatchObject({ how: "text" });
	});
});
