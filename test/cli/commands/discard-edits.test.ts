import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import type { Finished } from "../../support/finish.ts";
import { Project } from "../../support/project.ts";
import { runCli } from "../../support/run.ts";

const index = "generated/src/index.ts";
const staging = "generated/src/environments/staging/index.ts";

/** A project of which two files were edited, one of them no longer generated. */
async function edited(): Promise<{
	project: Project;
	generate: (...options: string[]) => Promise<Finished>;
}> {
	const project = await Project.create({ packages: false });
	const generate = (...options: string[]) =>
		runCli(["generate", ...options], { cwd: project.dir });
	const yaml = await project.read("counters.yaml");
	await project.write(
		"counters.yaml",
		`${yaml}environments: { staging: {} }\n`,
	);
	await generate();
	await project.write("counters.yaml", yaml);
	for (const file of [index, staging])
		await project.write(file, `${await project.read(file)}// mine\n`);
	return { project, generate };
}

it("shows the edits on stdout, drops them, and git brings them back", async () => {
	const { project, generate } = await edited();
	const mine = await project.read(index);
	expect(await generate()).toMatchObject({ status: 2 });
	const { status, stdout, stderr } = await generate("--discard-edits");
	expect(status).toBe(0);
	expect(stderr).toContain("update src/index.ts");
	expect(stderr).toContain("remove src/environments/staging/index.ts");
	expect(stdout).toMatch(/^--- a\/generated\/src\/environments/);
	expect(stdout.match(/^-\/\/ mine$/gm)).toHaveLength(2);
	expect(await generate("--check")).toMatchObject({ status: 0 });

	execFileSync("git", ["apply", "-R"], { cwd: project.dir, input: stdout });
	expect(await project.read(index)).toBe(mine);
	expect(await project.read(staging)).toContain("// mine");
});

it("says the same to programs, and with --dry-run only shows it", async () => {
	const { project, generate } = await edited();
	const shown = await generate("--discard-edits", "--dry-run", "--json");
	expect(JSON.parse(shown.stdout)).toMatchObject({
		ok: true,
		discarded: ["src/environments/staging/index.ts", "src/index.ts"],
		diff: expect.stringContaining("-// mine"),
	});
	expect(await project.read(index)).toContain("// mine");
});

it("prints what generate does where nothing was edited", async () => {
	const project = await Project.create({ packages: false });
	const { stdout } = await runCli(["generate", "--discard-edits"], {
		cwd: project.dir,
	});
	expect(stdout).toMatch(/^generated: \d+ written, 0 removed, 0 unchanged\n$/);
});

it("leaves files alone that are not its own", async () => {
	const project = await Project.create({ packages: false });
	await runCli(["generate", "--out", "other"], { cwd: project.dir });
	const foreign = "other/README.md";
	await project.write(foreign, "mine\n");
	await project.write(
		"counters.lock.json",
		'{ "version": 1, "outputs": {}, "namespaces": {} }',
	);
	const { status, stderr } = await runCli(
		["generate", "--out", "other", "--discard-edits"],
		{ cwd: project.dir },
	);
	expect(status).toBe(2);
	expect(stderr).toContain(`${foreign} error [foreign-file]`);
	expect(await project.read(foreign)).toBe("mine\n");
});

it.each(["--check", "--watch"])("does not go with %s", async (option) => {
	const { generate } = await edited();
	const { status, stderr } = await generate("--discard-edits", option);
	expect(status).toBe(2);
	expect(stderr).toContain(
		`option '--discard-edits' cannot be used with option '${option}'`,
	);
});
