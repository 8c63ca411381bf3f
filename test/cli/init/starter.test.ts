import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { visit } from "yaml";
import { loadConfig } from "../../../cli/config/load.ts";
import { knownKeys } from "../../../cli/config/schema.ts";
import { Source } from "../../../cli/config/source.ts";
import { starterFiles } from "../../../cli/init/starter.ts";
import { namespaceKeys, otherKeys } from "../../../scripts/keys.ts";
import { loadContent, temporaryDirectory } from "../../support/config.ts";
import { root } from "../../support/project.ts";
import { runCli } from "../../support/run.ts";

const choices = {
	name: "mine",
	counterGen: "1.2.3",
	schema: "./node_modules/counter-gen/counters.schema.json",
	manager: "npm",
	member: false,
} as const;
const files = starterFiles(choices);
const starter = files.get("counters.yaml") ?? "";
const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The starter with every key that it shows in a comment. */
const everything = starter.replaceAll(/^( *)# ( *(?:#|\w+:).*)$/gm, "$1$2");

describe("the starter's counters.yaml", () => {
	test("is right as it is, and says of the Free plan what validate says", async () => {
		const cwd = temporaryDirectory();
		await runCli(["init", "--name", "mine"], { cwd });
		const { stderr, ...valid } = await runCli(["validate"], { cwd });
		expect(valid).toEqual({
			status: 0,
			stdout: "counters.yaml: 1 namespace, no problems\n",
		});
		const [, minutes, seconds] =
			/in (\d+ minutes), evenly spread\..* `globalWriteToKVAfter: (\d+)s`\.\n$/.exec(
				stderr,
			) ?? [];
		const words = starter.replaceAll(/\n *# /g, " ");
		const [, advised] =
			/On the Free plan set (\d+)s: with 5s,/.exec(words) ?? [];
		expect(words).toContain(
			`its 100,000 requests of a day use up the 1,000 KV writes in ${minutes}.`,
		);
		expect(Number(advised)).toBeGreaterThanOrEqual(Number(seconds));
		const { config } = await loadConfig("counters.yaml", { cwd, env: {} });
		expect(config.worker.name).toBe("mine");
	});

	test("names the schema that the package brings", () => {
		expect(starter.split("\n")[0]).toBe(
			"# yaml-language-server: $schema=./node_modules/counter-gen/counters.schema.json",
		);
		expect(own.exports).toHaveProperty("./counters.schema.json");
	});

	test("shows every key that works", () => {
		const shown = new Set<string>();
		visit(Source.parse("counters.yaml", everything).doc, {
			Pair: (_, { key }) => {
				shown.add(String(key));
			},
		});
		for (const keys of Object.values(knownKeys))
			expect([...shown]).toEqual(expect.arrayContaining([...keys]));
	});

	test("shows the schema's default of each key, written or in a comment", async () => {
		const { kv, wrangler, ...config } = await loadContent(
			everything.replaceAll(
				/^ *(renamedFrom: hits|rateLimit: .*|live: .*|history: .*|total: .*|queue: .*|location: .*|jurisdiction: .*|main: .*)$/gm,
				"",
			),
		);
		const { wrangler: _, ...least } = await loadContent(
			"version: 1\nworker: { name: mine }\nnamespaces: { visits: { mount: / } }\n",
		);
		expect({ kv: { binding: kv.binding }, ...config }).toEqual(least);
		expect(kv.id).toMatch(/^[0-9a-f]{32}$/);
		expect(Object.keys(wrangler)).toEqual(["routes", "vars"]);
	});
});

/** Choices and bounds of the schema, by key, as the tables of the docs show them. */
const values = new Map(
	[namespaceKeys(), otherKeys()]
		.flatMap((table) => [
			...table.matchAll(/^\| `([\w.]+)` \|[^|]*\| (.*?) ?\|/gm),
		])
		.map(([, key = "", shown = ""]) => [key, shown]),
);

describe("the starter's words for a key", () => {
	const blocks = starter.split("\n\n").flatMap((block) => {
		const key = [...block.matchAll(/^ *(?:# )?(\w+):/gm)].at(-1)?.[1];
		const shown = [...values]
			.filter(
				([name]) =>
					name === `worker.${key}` || `${name}.`.startsWith(`${key}.`),
			)
			.map(([, one]) => one)
			.join();
		return shown
			? [{ key, shown, words: block.replaceAll(/\n *# /g, " ") }]
			: [];
	});

	test("name all choices of the schema", () => {
		const chosen = blocks.filter(({ shown }) => shown.includes("`"));
		expect(chosen.map(({ key }) => key)).toEqual([
			"version",
			"logLevel",
			"runtime",
			"total",
			"bots",
			"access",
			"rateLimit",
			"location",
			"jurisdiction",
		]);
		for (const { shown, words } of chosen)
			for (const [, choice] of shown.matchAll(/`(\w+)`/g))
				expect(words).toMatch(new RegExp(`\\b${choice}\\b`));
	});

	test("name no bound but the schema's", () => {
		const bounds = blocks.flatMap(({ key, shown, words }) =>
			[...words.matchAll(/(\d\w*) at the (least|most)/g)].map(
				([, bound, side]) => {
					const part = side === "least" ? `${bound} to ` : ` to ${bound}`;
					expect([key, shown]).toEqual([key, expect.stringContaining(part)]);
					return key;
				},
			),
		);
		expect(bounds).toEqual(["globalWriteToKVAfter", "idempotencyWindow"]);
	});
});

describe("the starter's package.json", () => {
	const written = JSON.parse(files.get("package.json") ?? "");

	test("has the versions that counter-gen itself is tested with", () => {
		expect(written.dependencies).toEqual({
			"counter-gen": "1.2.3",
		});
		expect(written.devDependencies).toEqual({
			// A newer wrangler asks for newer types.
			"@cloudflare/workers-types": `^${own.devDependencies["@cloudflare/workers-types"]}`,
			node: own.devDependencies.node,
			typescript: own.devDependencies.typescript,
			wrangler: own.devDependencies.wrangler,
		});
		expect(Object.values(written.devDependencies).join()).toMatch(
			/^\^?[\d.]+(,[\d.]+)*$/,
		);
	});

	test("lets a clone build itself, and nothing of a registry's", async () => {
		expect(written.allowScripts).toEqual(own.allowScripts);
		const linked = starterFiles({ ...choices, counterGen: "file:../b" });
		expect(JSON.parse(linked.get("package.json") ?? "").allowScripts).toEqual({
			...own.allowScripts,
			"file:../b": true,
		});
	});

	test("has scripts for commands that there are", async () => {
		const { stdout } = await runCli(["--help"]);
		const scripts: string[] = Object.values(written.scripts);
		const commands = scripts.flatMap(
			(script) => /^counter-gen (\w+)/.exec(script)?.[1] ?? [],
		);
		expect(commands).toContain("dev");
		for (const command of commands)
			expect(stdout).toMatch(new RegExp(`^ +${command} `, "m"));
	});
});
