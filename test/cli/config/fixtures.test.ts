// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codes } from "../../../cli/codes.ts";
import { loadConfig } from "../../../cli/config/load.ts";
import { knownKeys } from "../../../cli/config/schema.ts";
import type { Diagnostic } from "../../../cli/errors.ts";
import { problemsOf } from "../../support/config.ts";

const env = {
	STAGE: "staging",
	FOUR: "4",
	ZERO: "0",
	EMPTY: "",
	SECRET: "hunter2",
	BAD_PATTERN: "(hunter2",
	SLASHED_ORIGIN: "https://hunter2.example/",
	INJECTION: "4\n    mount: /hunter2",
};

function fixtures(folder: string): string[] {
	return readdirSync(join(import.meta.dirname, folder))
		.filter((name) => name.endsWith(".yaml"))
		.map((name) => name.slice(0, -".yaml".length));
}

/** JSON as Biome formats it: lists of plain values on one line. */
function json(value: object): string {
	const text = JSON.stringify(value, null, "\t").replaceAll(
		/\[\n\s+([^[\]{}]+?)\n\s+\]/g,
		(_, entries: string) => `[${entries.replaceAll(/\n\s+/g, " ")}]`,
	);
	return `${text}\n`;
}

/** A problem as its golden has it. */
function plain({ code, what, why, fix, where }: Diagnostic): object {
	const { line, column } = where ?? {};
	return { code, line, column, what, why, fix };
}

describe("a good file", () => {
	const cwd = join(import.meta.dirname, "good");

	test.for(fixtures("good"))("%s resolves to its golden", async (name) => {
		const loaded = await loadConfig(`${name}.yaml`, { cwd, env });
		const { size } = loaded.environments;
		const environments = Object.fromEntries(loaded.environments);
		const whole = { ...loaded.config, ...(size > 0 && { environments }) };
		await expect(json(whole)).toMatchFileSnapshot(`good/${name}.json`);
	});
});

describe("a broken file", () => {
	const cwd = join(import.meta.dirname, "broken");
	const problems = (name: string) =>
		problemsOf(loadConfig(`${name}.yaml`, { cwd, env }));

	test.for(fixtures("broken"))("%s has its golden's problems", async (name) => {
		const reported = (await problems(name)).map(plain);
		expect(reported).not.toEqual([]);
		await expect(json(reported)).toMatchFileSnapshot(`broken/${name}.json`);
	});

	test("is told of in the order of its lines", async () => {
		const lines = (await problems("many")).map((one) => one.where?.line ?? 0);
		expect(lines.length).toBeGreaterThan(30);
		expect(lines).toEqual(lines.toSorted((a, b) => a - b));
	});

	test("never shows what a variable holds", async () => {
		const all = await Promise.all(fixtures("broken").map(problems));
		expect(JSON.stringify(all)).not.toContain("hunter2");
	});

	test("is known for every code that is not about reading it", async () => {
		const all = await Promise.all(fixtures("broken").map(problems));
		const seen = new Set(all.flat().map((one) => one.code));
		const reading = [
			"file-not-found",
			"not-a-file",
			"file-unreadable",
			"file-too-large",
			"not-utf8",
		];
		expect([...seen, ...reading].toSorted()).toEqual(codes.config.toSorted());
	});

	test("is told of with a line and a column, unless it is empty", async () => {
		const all = await Promise.all(fixtures("broken").map(problems));
		const nowhere = all
			.flat()
			.filter(({ where }) => !(where?.line && where.column));
		expect(new Set(nowhere.map((one) => one.code))).toEqual(
			new Set(["empty-file"]),
		);
	});

	test("is told of in more than 60 ways", async () => {
		const all = await Promise.all(fixtures("broken").map(problems));
		const ways = all
			.flat()
			.map(({ code, what }) =>
				[code, what.replaceAll(/`[^`]*`|; got .*$|\d+/gs, "…")].join(" "),
			);
		expect(new Set(ways).size).toBeGreaterThan(60);
	});

	test("is known for every key", async () => {
		const all = await Promise.all(fixtures("broken").map(problems));
		const reported = all.flat().map((one) => one.what);
		const untold = Object.values(knownKeys)
			.flat()
			.filter(
				(key) =>
					!reported.some(
						(what) => /`([\w.]+)`/.exec(what)?.[1]?.split(".").at(-1) === key,
					),
			);
		expect(untold).toEqual([]);
	});
});

describe("a file that lint warns about", () => {
	const cwd = join(import.meta.dirname, "lint");
	const warnings = async (name: string) =>
		(await loadConfig(`${name}.yaml`, { cwd, env })).warnings();

	test.for(fixtures("lint"))("%s has its golden's warnings", async (name) => {
		const reported = (await warnings(name)).map(plain);
		await expect(json(reported)).toMatchFileSnapshot(`lint/${name}.json`);
	});

	test("is known for every warning, with its frame", async () => {
		const all = (await Promise.all(fixtures("lint").map(warnings))).flat();
		const seen = new Set(all.map((one) => one.code));
		// Another file's doing: lifecycle/same-worker.test.ts has it.
		const beside = "same-worker";
		expect([...seen, beside].toSorted()).toEqual(codes.lint.toSorted());
		expect(all.map((one) => one.where?.frame)).not.toContain(undefined);
		expect(JSON.stringify(all)).not.toContain("hunter2");
	});
});
