import { mkdir, readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { cli } from "../support/process.ts";
import { Project } from "../support/project.ts";

describe("the start of counter-gen", () => {
	it("keeps compiled code in the folder for temporary files, unless told not to", async () => {
		const project = await Project.create({ packages: false });
		const TMPDIR = project.path("tmp");
		await mkdir(TMPDIR);
		const off = { TMPDIR, NODE_DISABLE_COMPILE_CACHE: "1" };
		expect((await cli(["validate"], project.dir, off)).status).toBe(0);
		expect(await readdir(TMPDIR)).toEqual([]);
		expect((await cli(["validate"], project.dir, { TMPDIR })).status).toBe(0);
		expect(await readdir(TMPDIR)).toEqual(["node-compile-cache"]);
		expect(await readdir(project.dir)).toEqual(["counters.yaml", "tmp"]);
	});

	it("does without where there is no such folder", async () => {
		const project = await Project.create({ packages: false });
		const nowhere = { TMPDIR: project.path("counters.yaml") };
		const ended = await cli(["validate", "--quiet"], project.dir, nowhere);
		expect(ended).toMatchObject({ status: 0, stderr: "" });
	});
});
