import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { cli } from "../../support/process.ts";
import { modified, Project } from "../../support/project.ts";

test("init writes a configuration that validate accepts", async () => {
	const project = await Project.create({ packages: false });
	const fresh = project.path("fresh");
	expect(await cli(["init", "fresh"], project.dir)).toMatchObject({
		status: 0,
	});
	expect((await readdir(fresh)).toSorted()).toEqual([
		".gitignore",
		"counters.yaml",
		"package.json",
	]);
	const validated = await cli(["validate"], fresh);
	expect(validated.status).toBe(0);
	expect(validated.stdout).toMatch(/^counters\.yaml: 1 namespace, no /);
});

test("generate writes a project, and the second time nothing", async () => {
	const project = await Project.create();
	const first = await cli(["generate"], project.dir);
	expect(first.status).toBe(0);
	expect(first.stdout).toMatch(
		/^generated: \d+ written, 0 removed, 0 unchanged\n$/,
	);
	const before = await modified(project.path("generated"));
	const lock = await project.read("counters.lock.json");

	const second = await cli(["generate"], project.dir);
	expect(second.status).toBe(0);
	expect(second.stdout).toMatch(
		/^generated: 0 written, 0 removed, \d+ unchanged\n$/,
	);
	expect(await modified(project.path("generated"))).toEqual(before);
	expect(await project.read("counters.lock.json")).toBe(lock);
	expect(await cli(["generate", "--check"], project.dir)).toMatchObject({
		status: 0,
		stdout: "",
	});
});
