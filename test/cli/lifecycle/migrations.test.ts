import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

const config = "version: 1\nnamespaces: { metrics: {} }\n";
const legacyToml = (name: string, className: string) => `name = "${name}"

[[migrations]]
tag = "v1"
new_classes = ["${className}"]
`;

/** Generates beside files that were there before. */
function generate(files: Record<string, string>, argv: string[] = []) {
	const cwd = temporaryDirectory();
	for (const [name, text] of Object.entries({
		"counters.yaml": config,
		...files,
	})) {
		mkdirSync(dirname(join(cwd, name)), { recursive: true });
		writeFileSync(join(cwd, name), text);
	}
	return runCli(["generate", ...argv], { cwd });
}

test.each(["generate", "deploy"])(
	"%s names the page over a foreign wrangler.toml that has migrations",
	async (command) => {
		const cwd = temporaryDirectory();
		writeFileSync(join(cwd, "counters.yaml"), config);
		mkdirSync(join(cwd, "generated"));
		writeFileSync(
			join(cwd, "generated/wrangler.toml"),
			legacyToml("other", "Room"),
		);
		const { status, stderr } = await runCli([command], { cwd });
		expect(status).toBe(2);
		expect(stderr).toContain("error [foreign-file]");
		expect(stderr).toContain("error [legacy-migrations]");
		expect(stderr).toContain("docs/migrations.md");
	},
);

test("a foreign wrangler.toml without migrations is in the way, and no more", async () => {
	const { stderr } = await generate({
		"generated/wrangler.toml": 'name = "other"\n',
	});
	expect(stderr).toContain("error [foreign-file]");
	expect(stderr).not.toContain("legacy-migrations");
});

test.each([
	["wrangler.toml", legacyToml("counters", "Room")],
	["wrangler.toml", legacyToml("other", "Metrics")],
	[
		"wrangler.toml",
		'name = "counters"\n[[env.staging.migrations]]\ntag = "v1"\n',
	],
	["wrangler.jsonc", '{ "name": "counters",\n  "migrations": [] }'],
	["generated/wrangler.json", '{ "name": "counters",\n  "migrations": [] }'],
])("%s of the same Worker or class is warned about", async (file, text) => {
	const { status, stderr } = await generate({ [file]: text });
	expect(status).toBe(0);
	expect(stderr).toContain(`${file} warning [legacy-migrations]`);
});

test.each([
	["wrangler.toml", legacyToml("other", "Room")],
	["wrangler.toml", 'name = "counters"\n'],
])("%s that has nothing to do with it is not", async (file, text) => {
	const { stderr } = await generate({ [file]: text });
	expect(stderr).not.toContain("legacy-migrations");
});

test("its own wrangler.toml is never meant", async () => {
	const { stderr } = await generate({}, ["--out", "."]);
	expect(stderr).not.toContain("legacy-migrations");
});
