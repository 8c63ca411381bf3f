import { execFile } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { cli } from "../support/process.ts";
import { modified, Project, root } from "../support/project.ts";

const run = promisify(execFile);
const bin = (name: string) => join(root, "node_modules/.bin", name);

describe("counter-gen generate", () => {
	it("writes what compilers, formatters and wrangler accept as it is", async () => {
		const project = await Project.create();
		await cli(["generate"], project.dir);
		const out = project.path("generated");
		expect(parse(await project.read("generated/wrangler.toml"))).toMatchObject({
			name: "quick",
			main: "src/index.ts",
			exports: { Metrics: { type: "durable-object", storage: "sqlite" } },
		});
		await run(bin("tsc"), ["-p", out, "--noEmit"]);
		const biome = await run(bin("biome"), ["ci", "--error-on-warnings", out], {
			cwd: project.dir,
		});
		expect(biome.stdout).toContain("No fixes applied");
		const wrangler = await run(bin("wrangler"), ["deploy", "--dry-run"], {
			cwd: out,
			env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
		});
		expect(wrangler.stdout).toContain("env.METRICS_DO (Metrics)");
	});

	it("writes environments that compilers and wrangler accept as they are", async () => {
		const project = await Project.create();
		await project.edit(
			"counters.yaml",
			"namespaces:",
			"environments: { staging: { namespaces: { votes: { shardCount: 3 } } } }\nnamespaces:",
		);
		await cli(["generate"], project.dir);
		const out = project.path("generated");
		await run(bin("tsc"), ["-p", out, "--noEmit"]);
		const wrangler = await run(
			bin("wrangler"),
			["deploy", "--dry-run", "--env=staging"],
			{ cwd: out, env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
		);
		expect(wrangler.stdout).toContain("env.VOTES_DO (Votes)");
		expect(wrangler.stdout + wrangler.stderr).not.toContain("WARNING");
	});

	it("shows with --check what would change, and with --dry-run which files", async () => {
		const project = await Project.create();
		await cli(["generate"], project.dir);
		const before = await modified(project.dir);
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		await rm(project.path("generated/README.md"));
		const check = await cli(["generate", "--check"], project.dir);
		expect(check.status).toBe(1);
		expect(check.stdout).toContain("--- a/generated/src/counters.ts");
		expect(check.stdout).toContain(
			"-\tstatic override readonly shardCount = 2;",
		);
		expect(check.stdout).toContain(
			"+\tstatic override readonly shardCount = 3;",
		);
		expect(check.stderr).toContain("generated/src/counters.ts: changed");
		expect(check.stderr).toContain("generated/README.md: missing");
		const json = await cli(["generate", "--check", "--json"], project.dir);
		expect(JSON.parse(json.stdout)).toMatchObject({
			ok: false,
			diagnostics: [{ code: "not-up-to-date" }],
			drift: expect.arrayContaining(["generated/README.md: missing"]),
		});
		const dryRun = await cli(["generate", "--dry-run", "--json"], project.dir);
		expect(dryRun.status).toBe(0);
		expect(JSON.parse(dryRun.stdout)).toMatchObject({
			dryRun: true,
			written: ["README.md", "src/counters.ts"],
			removed: [],
		});
		const after = await modified(project.dir);
		delete before[project.path("generated/README.md")];
		delete before[project.path("counters.yaml")];
		delete after[project.path("counters.yaml")];
		expect(after).toEqual(before);
	});

	it("stops before it writes if a generated file was edited", async () => {
		const project = await Project.create();
		await cli(["generate"], project.dir);
		await project.edit("generated/src/index.ts", "counterWorker", "myWorker");
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		const before = await modified(project.dir);
		const refused = await cli(["generate"], project.dir);
		expect(refused).toMatchObject({ status: 2, stdout: "" });
		expect(refused.stderr).toContain("[edited-file]");
		expect(refused.stderr).toContain("generated/src/index.ts");
		expect(await modified(project.dir)).toEqual(before);
	});

	it("takes --config and --out, and removes what is no longer generated", async () => {
		const project = await Project.create();
		const args = ["generate", "--config", "counters.yaml", "--out", "worker"];
		expect((await cli(args, project.dir)).status).toBe(0);
		expect(await readdir(project.dir)).not.toContain("generated");
		expect(await project.read("worker/src/counters.ts")).toContain(
			"class Votes",
		);
		expect(
			Object.keys(JSON.parse(await project.read("counters.lock.json")).outputs),
		).toEqual(["worker"]);
	});

	it("remembers every shard count there ever was", async () => {
		const project = await Project.create();
		await cli(["generate"], project.dir);
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 5");
		await cli(["generate"], project.dir);
		await project.edit("counters.yaml", "shardCount: 5", "shardCount: 1");
		await cli(["generate"], project.dir);
		const counters = await project.read("generated/src/counters.ts");
		expect(counters).toContain("readonly shardCount = 1;");
		expect(counters).toContain("readonly shardCounts = [2, 5, 1];");
		expect(counters).toContain("readonly reshardings = 2;");
	});

	it("keeps the projects of two configurations apart", async () => {
		const project = await Project.create();
		const other = (await project.read("counters.yaml")).replace(
			"shardCount: 2",
			"shardCount: 8",
		);
		await project.write("staging.yaml", other);
		const staging = [
			"generate",
			"--config",
			"staging.yaml",
			"--out",
			"staging",
		];
		await cli(["generate"], project.dir);
		await cli(staging, project.dir);
		expect((await cli(["generate", "--check"], project.dir)).status).toBe(0);
		expect((await cli([...staging, "--check"], project.dir)).status).toBe(0);
		expect(await project.read("staging.lock.json")).toContain(
			'"shardCounts": [8]',
		);
	});

	it("refuses an empty --out", async () => {
		const project = await Project.create();
		const { status, stderr } = await cli(
			["generate", "--out", ""],
			project.dir,
		);
		expect(status).toBe(2);
		expect(stderr).toContain("[invalid-out]");
	});

	it("lets nothing in names of files or values become code", async () => {
		const project = await Project.create();
		const file = "a\nexport const evil = 1; --> .yaml";
		const names = "^[\\\\/'\"`é\\\\p{L}]+$";
		const config = (await project.read("counters.yaml")).replace(
			"names: [agree, disagree]",
			`names: "${names.replaceAll('"', '\\"')}"\n    kvPrefix: "\\u2028'\\"\\\\"`,
		);
		await project.write(file, config);
		const args = ["generate", "--config", file, "--out", "generated"];
		expect((await cli(args, project.dir)).status).toBe(0);
		for (const path of ["src/index.ts", "src/counters.ts", "wrangler.toml"])
			expect(await project.read(`generated/${path}`)).not.toMatch(
				/^export const evil/m,
			);
		await run(bin("tsc"), ["-p", project.path("generated"), "--noEmit"]);
	});

	it("writes nothing for a broken configuration", async () => {
		const project = await Project.create();
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: two");
		const { status, stdout, stderr } = await cli(["generate"], project.dir);
		expect(status).toBe(2);
		expect(stdout).toBe("");
		expect(stderr).toContain("counters.yaml:8:17");
		expect(await readdir(project.dir)).toEqual([
			"counters.yaml",
			"node_modules",
		]);
	});

	it("keeps the committed example current", async () => {
		expect(await cli(["generate", "--check"], root)).toMatchObject({
			status: 0,
		});
	});
});

describe("counter-gen", () => {
	it("lists its commands, each with examples", async () => {
		const { status, stdout } = await cli(["--help"], root);
		expect(status).toBe(0);
		for (const name of [
			"validate",
			"generate",
			"dev",
			"serve",
			"deploy",
			"load",
		]) {
			expect(stdout).toContain(`  ${name} `);
			const help = await cli([name, "--help"], root);
			expect(help.status).toBe(0);
			expect(help.stdout).toContain(`$ npx --no -- counter-gen ${name}`);
		}
	});

	it("refuses an unknown command and an unknown option with status 2", async () => {
		const command = await cli(["generat"], root);
		expect(command.status).toBe(2);
		expect(command.stderr).toContain("Did you mean generate?");
		const option = await cli(["generate", "--chek"], root);
		expect(option.status).toBe(2);
		expect(option.stderr).toContain("Did you mean --check?");
	});
});
