import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codes } from "../../cli/codes.ts";

const root = join(import.meta.dirname, "../..");
const all = Object.values(codes).flat();

test("a code stands for one thing", () => {
	expect(all).toEqual([...new Set(all)]);
	for (const code of all) expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test("every code is used", () => {
	const source = readdirSync(join(root, "cli"), {
		recursive: true,
		encoding: "utf8",
	})
		.filter((path) => path.endsWith(".ts") && path !== "codes.ts")
		.map((path) => readFileSync(join(root, "cli", path), "utf8"))
		.join("\n");
	expect(all.filter((code) => !source.includes(`"${code}"`))).toEqual([]);
});

test("docs/errors.md has a section for every code, and for nothing else", () => {
	const page = readFileSync(join(root, "docs/errors.md"), "utf8");
	const sections = page.split(/^### /m).slice(1);
	const explained = sections.map((one) => one.split("\n", 1)[0]);
	expect(explained.toSorted()).toEqual(all.toSorted());
	for (const one of sections)
		expect(one.replace(/^.*\n/, "").trim().length, one).toBeGreaterThan(40);
});

test("links within docs/errors.md lead to a section", () => {
	const page = readFileSync(join(root, "docs/errors.md"), "utf8");
	const targets = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, to]) => to);
	expect(targets).not.toEqual([]);
	expect(all).toEqual(expect.arrayContaining(targets));
});
