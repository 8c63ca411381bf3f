import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { readTemplates } from "../../cli/generator/templates.ts";
import { root } from "../support/project.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** All files of a folder in one. */
function readAll(folder: string): string {
	const files = readdirSync(join(root, folder)).filter((name) =>
		name.endsWith(".ts"),
	);
	return files.map((name) => read(join(folder, name))).join("\n");
}

const page = read("docs/metrics.md");
const runtime = [...readTemplates().runtime.values()].join("\n");

/** The first cells of the rows of a section's table. */
function rows(heading: string): string[][] {
	const section =
		page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? "";
	const found = section.matchAll(/^\| `([\w-]+)` \| (\w+) \| ([\w, ]*) \|/gm);
	return [...found].map(([, ...cells]) => cells);
}

describe("docs/metrics.md has every line of the log, and no other:", () => {
	const calls = [
		...runtime.matchAll(
			/"(debug|info|warn|error)",\s*["`]([\w-]+|\$\{this\.#what\}-\w+)["`]/g,
		),
	].flatMap(([, level = "", event = ""]) =>
		event.startsWith("$")
			? ["flush", "publish"].map((what) => [
					event.replace(/^.*\}/, what),
					level,
				])
			: [[event, level]],
	);
	// Those two are not of a call but of the list of the levels.
	const lines = [...new Set(calls.map((line) => line.join(" ")))]
		.map((line) => line.split(" "))
		.filter(([event]) => event !== "info" && event !== "error");

	test("its event and its level", () => {
		const documented = [
			...page.matchAll(/^\| `([\w-]+)` \| (debug|info|warn|error) \|/gm),
		].map(([, ...cells]) => cells);
		expect(documented.toSorted()).toEqual(lines.toSorted());
	});

	test("each event that the runtime knows, once", () => {
		const [, union = ""] = /type LogEvent =([^;]+);/.exec(runtime) ?? [];
		const events = [...union.matchAll(/"([\w-]+)"/g)].map(([, event]) => event);
		expect(lines.map(([event]) => event).toSorted()).toEqual(events.toSorted());
	});

	test("and each has a test in the real runtime", () => {
		const tests = readAll("test/runtime");
		for (const [event] of lines) expect(tests).toContain(`"${event}"`);
	});
});

describe("docs/metrics.md has every metric, and no other:", () => {
	const metrics = [
		...runtime.matchAll(
			/name: "(counter_gen_\w+)",\s*type: "(\w+)",\s*help:\s*"[^"\\\n]+"/g,
		),
	].map(([, ...cells]) => cells);

	test("its name, its type and its labels", () => {
		expect(metrics.length).toBeGreaterThan(10);
		const documented = rows("Metrics");
		expect(documented.map(([name, type]) => [name, type]).toSorted()).toEqual(
			metrics.toSorted(),
		);
		for (const [name = "", , labels] of documented)
			expect([name, labels]).toEqual([
				name,
				name.includes("refused")
					? "namespace, code"
					: /shard|flush|pending|(?<!late_)increment/.test(name)
						? "namespace, shard"
						: "namespace",
			]);
	});

	test("also where alerts ask for them", () => {
		const known = new Set(metrics.map(([name]) => name));
		const named = page.match(/counter_gen_\w+/g) ?? [];
		expect(named.filter((name) => !known.has(name))).toEqual([]);
		const codes = /code=~"([^"]+)"/.exec(page)?.[1]?.split("|") ?? [];
		expect(codes.length).toBeGreaterThan(1);
		const problems = read("docs/problems.md");
		for (const code of codes)
			expect(problems).toMatch(new RegExp(`^### ${code}$`, "m"));
	});
});

test("docs/metrics.md has YAML that can be read", () => {
	const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)];
	expect(blocks.length).toBeGreaterThan(1);
	for (const [, text = ""] of blocks)
		for (const { errors } of parseAllDocuments(text))
			expect(errors).toEqual([]);
});
