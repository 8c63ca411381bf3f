import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, Program } from "../support/process.ts";
import { Project, root } from "../support/project.ts";

describe("the start of counter-gen", () => {
	it("from source names the script that does it, as a package npx", async () => {
		const { dir: cwd } = await Project.create();
		const argv = ["deploy", "--confirm", "votes"];
		const source = join(root, "cli/bin.ts");
		const started = new Program(process.execPath, [source, ...argv], { cwd });
		const { status, stderr } = await started.ended;
		expect(stderr).toContain("fix: npm run cg -- deploy\n");
		expect(status).toBe(2);
		const built = await cli(argv, cwd);
		expect(built.stderr).toContain("fix: npx --no -- counter-gen deploy\n");
	});

	it.each([
		["package-lock.json", "npx --no --"],
		["pnpm-lock.yaml", "pnpm exec"],
		["yarn.lock", "yarn run"],
		["bun.lock", "bun run"],
	])("names the way that fits to %s", async (lock, way) => {
		const project = await Project.create({ packages: false });
		await project.write(lock, "");
		const help = await cli(["--help"], project.dir);
		const { stderr } = await cli(["deploy", "--confirm", "a"], project.dir);
		const unknown = await cli(["deplo"], project.dir);
		expect(stderr).toContain(`fix: ${way} counter-gen deploy\n`);
		expect(unknown.stderr).toContain(`${way} counter-gen --help lists`);
		expect(help.status).toBe(0);
		const ofOne = await cli(["validate", "--help"], project.dir);
		expect(ofOne.stdout).toContain(`$ ${way} counter-gen validate --json\n`);
	});

	it("keeps compiled code in the folder for temporary files, unless told not to", async () => {
		const project = await Project.create({ packages: false });
		const TMPDIR = project.path("tmp");
		await mkdir(TMPDIR);
		const own = { TMPDIR, NODE_COMPILE_CACHE: "" };
		const off = { ...own, NODE_DISABLE_COMPILE_CACHE: "1" };
		expect((await cli(["validate"], project.dir, off)).status).toBe(0);
		expect(await readdir(TMPDIR)).toEqual([]);
		expect((await cli(["validate"], project.dir, own)).status).toBe(0);
		expect(await readdir(TMPDIR)).toEqual(["node-compile-cache"]);
		expect(await readdir(project.dir)).toEqual(["counters.yaml", "tmp"]);
	});

	it("does without where there is no such folder", async () => {
		const project = await Project.create({ packages: false });
		const nowhere = {
			TMPDIR: project.path("counters.yaml"),
			NODE_COMPILE_CACHE: "",
		};
		const ended = await cli(["validate", "--quiet"], project.dir, nowhere);
		expect(ended).toMatchObject({ status: 0, stderr: "" });
	});
});
