import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTemplates } from "../../cli/generator/templates.ts";
import { root } from "../support/project.ts";

const { "problem.ts": problem = "", ...others } = Object.fromEntries(
	readTemplates().runtime,
);
const source = Object.values(others).join("\n");

/** Codes as the type lists them. */
function listed(): string[] {
	const [, union = ""] = /type ProblemCode =([^;]+);/.exec(problem) ?? [];
	return [...union.matchAll(/"([^"]+)"/g)].map(([, code = ""]) => code);
}

/** Sections of the page by their heading. */
function sections(): Map<string, string> {
	const page = readFileSync(join(root, "docs/problems.md"), "utf8");
	return new Map(
		page
			.split(/^### /m)
			.slice(1)
			.map((one) => [one.split("\n", 1)[0] ?? "", one]),
	);
}

test("docs/problems.md has a section for every problem, and for no other", () => {
	expect([...sections().keys()].toSorted()).toEqual(listed().toSorted());
});

test("every problem is used", () => {
	expect(listed().filter((code) => !source.includes(`"${code}"`))).toEqual([]);
});

test("docs/problems.md names the status of each", () => {
	const statuses = [
		...source.matchAll(/code: "([^"]+)",\s*status: (\d+)/g),
		...[...source.matchAll(/invalid\(\s*"([^"]+)"/g)].map(([, code]) => [
			"",
			code,
			"400",
		]),
	];
	expect(statuses.length).toBeGreaterThan(20);
	for (const [, code = "", status = ""] of statuses)
		expect(sections().get(code)).toMatch(new RegExp(`\n\n${status}\\. `));
});
