import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

/** A project that has been generated. */
async function generated(): Promise<string> {
	const cwd = temporaryDirectory();
	const config = "version: 1\nnamespaces: { metrics: {} }\n";
	writeFileSync(join(cwd, "counters.yaml"), config);
	expect((await runCli(["generate"], { cwd })).status).toBe(0);
	return cwd;
}

test("a file that is no longer generated but was edited stops a deploy", async () => {
	const cwd = await generated();
	const lock = join(cwd, "counters.lock.json");
	const { outputs, ...rest } = JSON.parse(readFileSync(lock, "utf8"));
	outputs.generated["src/old.ts"] = `sha256-${"0".repeat(64)}`;
	writeFileSync(lock, JSON.stringify({ ...rest, outputs }));
	writeFileSync(join(cwd, "generated/src/old.ts"), "// mine now\n");

	const { status, stderr } = await runCli(["deploy"], { cwd });
	expect(status).toBe(2);
	expect(stderr).toContain("error [stale-file-kept] generated/src/old.ts");
	expect(readdirSync(join(cwd, "generated/src"))).toContain("old.ts");
});

test("the command to type has the options that were given", async () => {
	const cwd = await generated();
	writeFileSync(
		join(cwd, "it's mine.yaml"),
		readFileSync(join(cwd, "counters.yaml")),
	);
	const { status, stderr } = await runCli(
		[
			..."deploy --out worker --secret-from-env TOKEN --confirm x".split(" "),
			"--config",
			"it's mine.yaml",
		],
		{ cwd },
	);
	expect(status).toBe(2);
	expect(stderr).toContain(
		"fix: npm run cg -- deploy --config 'it'\\''s mine.yaml' --out worker --secret-from-env TOKEN\n",
	);
});

test("what a deploy needs is looked for before anything is written", async () => {
	const cwd = temporaryDirectory();
	const config = "version: 1\nnamespaces: { metrics: {} }\n";
	writeFileSync(join(cwd, "counters.yaml"), config);
	const { status, stderr } = await runCli(["deploy"], { cwd });
	expect(status).toBe(2);
	expect(stderr).toContain("error [package-missing]");
	expect(readdirSync(cwd)).toEqual(["counters.yaml"]);
});

test.each([
	["devDependencies", "fix: Move wrangler and counter-gen to dependencies in"],
	["dependencies", "fix: npm install --save-dev wrangler@"],
])(
	"packages that are missing, and in %s, are known to belong there",
	async (field, fix) => {
		const cwd = temporaryDirectory();
		const config = "version: 1\nnamespaces: { metrics: {} }\n";
		writeFileSync(join(cwd, "counters.yaml"), config);
		const packages = { wrangler: "4.155.0", "counter-gen": "0.1.0" };
		writeFileSync(
			join(cwd, "package.json"),
			JSON.stringify({ [field]: packages }),
		);
		const { stderr } = await runCli(["deploy"], { cwd });
		expect(stderr).toContain(fix);
	},
);
