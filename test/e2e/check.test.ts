import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bin, Project, root } from "../support/project.ts";
import { runCli } from "../support/run.ts";

const git = (cwd: string, argv: readonly string[], input = "") =>
	execFileSync("git", argv, { cwd, input, encoding: "utf8", stdio: "pipe" });

/** A generated project that is committed, in a git repository of its own. */
async function committed(...settings: string[]): Promise<Project> {
	const project = await Project.create({ packages: false });
	await runCli(["generate"], { cwd: project.dir });
	git(project.dir, ["init", "--quiet"]);
	for (const setting of ["user.name=x", "user.email=x@x", ...settings])
		git(project.dir, ["config", ...setting.split("=")]);
	git(project.dir, ["add", "."]);
	git(project.dir, ["commit", "--quiet", "--message=all"]);
	return project;
}

const check = (project: Project, ...argv: string[]) =>
	runCli(["generate", "--check", ...argv], { cwd: project.dir });

describe("generate --check", () => {
	it("takes line endings as git checks them out, and so does its diff", async () => {
		const project = await committed("core.autocrlf=true");
		await rm(project.path("generated"), { recursive: true });
		await rm(project.path("counters.lock.json"));
		git(project.dir, ["checkout", "--quiet", "."]);
		expect(await project.read("generated/src/index.ts")).toContain("\r\n");
		expect(await project.read("counters.lock.json")).toContain("\r\n");
		expect(await check(project)).toMatchObject({ status: 0, stdout: "" });

		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		const { status, stdout } = await check(project);
		expect(status).toBe(1);
		expect(stdout).not.toContain("\r");
		git(project.dir, ["apply"], stdout);
		expect((await check(project, "--json")).stdout).toContain(
			'"drift":["counters.lock.json: out of date"]',
		);
		await runCli(["generate"], { cwd: project.dir });
		expect(await check(project)).toMatchObject({ status: 0 });
	});

	it("undoes what was edited by hand, a lost last line end too", async () => {
		const project = await committed();
		const index = await project.read("generated/src/index.ts");
		const edited = `${index}// Mine, without a line end.`;
		await project.write("generated/src/index.ts", edited);
		await project.edit("generated/README.md", "Run it", "Run it well");
		const { status, stdout, stderr } = await check(project);
		expect(status).toBe(1);
		expect(stderr).toContain("generated/README.md: edited by hand\n");
		expect(stderr).toContain("generated/src/index.ts: edited by hand\n");
		expect(stdout).toContain("\\ No newline at end of file");
		git(project.dir, ["apply"], stdout);
		expect(await check(project)).toMatchObject({ status: 0 });
		expect(git(project.dir, ["status", "--short"])).toBe("");
	});

	it.each([
		["no UTF-8", Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x28])],
		["zeros", Buffer.from("text\0\n")],
	])("shows no garbage, and lets git apply the rest: %s", async (_, bytes) => {
		const project = await committed();
		writeFileSync(project.path("generated/README.md"), bytes);
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		const { stdout, stderr } = await check(project);
		expect(stderr).toContain("generated/README.md: edited by hand\n");
		expect(stdout).toContain(
			"Binary files a/generated/README.md and b/generated/README.md differ\n",
		);
		git(project.dir, ["apply"], stdout);
		expect(await project.read("generated/src/counters.ts")).toContain(
			"shardCount = 3;",
		);
		expect((await check(project)).stderr).not.toContain("counters.ts");
	});

	it("answers a diff for a folder of any name, wherever it is asked", async () => {
		const project = await committed();
		await mkdir(project.path("deep"));
		const cwd = project.path("deep");
		const out = 'a "b"\tcé $(x)';
		const argv = ["--config", "../counters.yaml", "--out", out];
		await runCli(["generate", ...argv], { cwd });
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		const { stdout } = await runCli(["generate", "--check", ...argv], { cwd });
		git(cwd, ["apply"], stdout);
		expect(await project.read(`deep/${out}/src/counters.ts`)).toContain(
			"shardCount = 3;",
		);
	});

	it("writes nothing, and needs no permission to", async () => {
		const project = await committed();
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		const before = git(project.dir, ["status", "--short", "--ignored"]);
		execFileSync("chmod", ["-R", "a-w", project.dir]);
		const asAnybody =
			process.getuid?.() === 0
				? ["setpriv", "--bounding-set=-dac_override"]
				: [];
		const [file = "", ...argv] = [...asAnybody, process.execPath, bin];
		const { status, stderr } = spawnSync(
			file,
			[...argv, "generate", "--check"],
			{ cwd: project.dir, encoding: "utf8" },
		);
		execFileSync("chmod", ["-R", "u+w", project.dir]);
		expect(status).toBe(1);
		expect(stderr).toContain("is not up to date");
		expect(git(project.dir, ["status", "--short", "--ignored"])).toBe(before);
	});
});

describe("the output", () => {
	const bytes = (project: Project) =>
		git(project.dir, ["ls-files", "--stage"]).trimEnd().split("\n");

	it("is the same for everyone everywhere", async () => {
		const here = await committed();
		const there = await Project.create({ packages: false });
		const env = {
			LC_ALL: "tr_TR.UTF-8",
			LANG: "ar_EG.UTF-8",
			TZ: "Pacific/Kiritimati",
			USER: "nobody",
			HOME: "/nonexistent",
			FORCE_COLOR: "1",
		};
		const run = 'umask 077; exec "$0" "$@"';
		const argv = ["-c", run, process.execPath, bin, "generate"];
		execFileSync("bash", argv, {
			cwd: there.dir,
			env: { PATH: process.env.PATH, ...env },
			stdio: "pipe",
		});
		git(there.dir, ["init", "--quiet"]);
		git(there.dir, ["add", "."]);
		expect(bytes(there)).toEqual(bytes(here));
	});

	it("does not change with the version of counter-gen alone", async () => {
		const project = await committed();
		const next = await Project.create({ packages: false });
		for (const name of ["cli", "templates"])
			cpSync(join(root, name), next.path(name), { recursive: true });
		symlinkSync(join(root, "node_modules"), next.path("node_modules"));
		const pack = readFileSync(join(root, "package.json"), "utf8");
		const bumped = pack.replace(/"version": ".*"/, '"version": "987.65.43"');
		await next.write("package.json", bumped);

		const counterGen = (...argv: string[]) =>
			spawnSync(process.execPath, [next.path("cli/bin.ts"), ...argv], {
				cwd: project.dir,
				encoding: "utf8",
			});
		expect(counterGen("--version").stdout).toBe("987.65.43\n");
		expect(counterGen("generate", "--check")).toMatchObject({ status: 0 });
	});
});
