import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

const config = `version: 1
worker:
  name: shop
namespaces: { metrics: {} }
environments: { staging: {} }
`;

/** Validates beside a configuration of wrangler. */
async function warnings(file: string, text: string) {
	const cwd = temporaryDirectory();
	writeFileSync(join(cwd, "counters.yaml"), config);
	writeFileSync(join(cwd, file), text);
	const { status, stdout } = await runCli(["validate", "--json"], { cwd });
	expect(status).toBe(0);
	return JSON.parse(stdout).warnings;
}

test.each([
	["wrangler.json", '{ "name": "shop" }'],
	["wrangler.jsonc", '{\n\t// The shop.\n\t"name": "shop", /* ours */\n}'],
	["wrangler.toml", 'name = "shop"\n'],
	["wrangler.toml", "env.next.name = 'shop'\n"],
])("warns of %s that names the same Worker: %s", async (file, text) => {
	expect(await warnings(file, text)).toEqual([
		{
			code: "same-worker",
			what: `${file} configures a Worker shop, too`,
			why: expect.any(String),
			fix: `Choose another \`worker.name\` here, or another \`name\` in ${file}. If counters.yaml has all that ${file} had, delete ${file}.`,
			where: expect.objectContaining({ file: "counters.yaml", line: 3 }),
		},
	]);
});

test("warns of an environment that is the same Worker as one here", async () => {
	const text =
		'{ "name": "other", "env": { "x": { "name": "shop-staging" } } }';
	expect(await warnings("wrangler.json", text)).toMatchObject([
		{ what: "wrangler.json configures a Worker shop-staging, too" },
	]);
	expect(
		await warnings("wrangler.toml", 'name = "shop"\n[env.staging]\n'),
	).toHaveLength(2);
});

test.each([
	["wrangler.jsonc", '{ "name": "shops", "main": "shop" }'],
	["wrangler.json", '{ "workflows": [{ "name": "shop" }] }'],
	["wrangler.json", '{ "name": "shop"'],
	["wrangler.json", "null"],
	["wrangler.json", '{ "env": null }'],
	["wrangler.toml", '# name = "shop"\n'],
	["wrangler.txt", 'name = "shop"\n'],
])("does not for %s: %s", async (file, text) => {
	expect(await warnings(file, text)).toEqual([]);
});
