import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Project } from "../../support/output.ts";
import { runCli } from "../../support/run.ts";

const names = [".gitignore", "counters.yaml", "package.json"];

/** The name that a project's files have. */
function nameOf(project: Project, dir = "."): string[] {
	const [, worker = ""] =
		/^ {2}name: (.*)$/m.exec(project.read(join(dir, "counters.yaml"))) ?? [];
	return [worker, JSON.parse(project.read(join(dir, "package.json"))).name];
}

describe("counter-gen init", () => {
	test("writes a project, and says what to do next", async () => {
		const project = new Project();
		expect(await runCli(["init", "a/my-counters"], project)).toEqual({
			status: 0,
			stdout: "a/my-counters: wrote .gitignore, counters.yaml, package.json\n",
			stderr:
				"\nNext:\n  cd a/my-counters\n  npm install\n  npm start\n\nThen edit counters.yaml: it explains every key.\n",
		});
		expect(Object.keys(project.tree())).toEqual([
			"a",
			"a/my-counters",
			...names.map((name) => `a/my-counters/${name}`),
		]);
		expect(nameOf(project, "a/my-counters")).toEqual([
			"my-counters",
			"my-counters",
		]);
	});

	test("quotes a folder that a shell would take apart", async () => {
		const { stderr } = await runCli(["init", "it's mine"]);
		expect(stderr).toContain("  cd 'it'\\''s mine'\n");
	});

	test("--json answers what was written, and --quiet keeps the talk away", async () => {
		const { stdout, stderr } = await runCli([
			"init",
			"new",
			"--json",
			"--quiet",
		]);
		expect(JSON.parse(stdout)).toEqual({
			ok: true,
			diagnostics: [],
			warnings: [],
			dir: "new",
			written: names,
			added: {},
			kept: [],
		});
		expect(stderr).toBe("");
	});

	test.each([
		["Page Views", "page-views"],
		["2nd_try!", "nd-try"],
		["Zähler", "zahler"],
		["计数", "counters"],
		["a".repeat(80), "a".repeat(63)],
		[`${"a".repeat(62)}-b`, "a".repeat(62)],
	])("in the folder %s, the name is %s", async (folder, name) => {
		const project = new Project();
		await runCli(["init", folder], project);
		expect(nameOf(project, folder)).toEqual([name, name]);
	});

	test("--name takes what worker.name takes, and nothing else", async () => {
		const project = new Project();
		expect(await runCli(["init", "--name", "Page_Views"], project)).toEqual({
			status: 2,
			stdout: "",
			stderr: `error [invalid-name] --name must be 1 to 63 lower-case letters, digits or dashes, starting with a letter; got "Page_Views"
  why: It names the Worker and the package.
  fix: --name page-views
`,
		});
		expect(project.tree()).toEqual({});
		await runCli(["init", "--name", "page-views"], project);
		expect(nameOf(project)).toEqual(["page-views", "page-views"]);
	});

	test("lists all that is in its way, and writes nothing", async () => {
		const project = new Project();
		project.write("new/counters.yaml", "");
		mkdirSync(project.path("new/.gitignore"));
		const before = project.tree();
		const { status, stdout, stderr } = await runCli(["init", "new"], project);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr.match(/^new\S+ error \[file-exists\]/gm)).toEqual([
			"new/.gitignore error [file-exists]",
			"new/counters.yaml error [file-exists]",
		]);
		expect(project.tree()).toEqual(before);
	});

	test("says so where there can be no folder", async () => {
		const project = new Project();
		project.write("file", "");
		const { status, stderr } = await runCli(["init", "file/new"], project);
		expect(stderr).toContain(
			"[output-not-writable] The files of a new project cannot be written into file/new: not a directory.",
		);
		expect(stderr).toContain(
			"fix: Clear what is in the way, or name another folder.\n",
		);
		expect(status).toBe(2);
		expect(project.tree()).toEqual({ file: "" });
	});

	test("its help shows examples", async () => {
		const { status, stdout } = await runCli(["init", "--help"]);
		expect(status).toBe(0);
		expect(stdout).toContain("$ npm run cg -- init my-counters\n");
		expect(stdout).not.toContain("--config");
	});
});

describe("counter-gen init --force", () => {
	async function started(): Promise<Project> {
		const project = new Project();
		await runCli(["init", "--name", "first"], project);
		return project;
	}

	async function force(project: Project): Promise<string> {
		const argv = ["init", "--force", "--name", "second"];
		return (await runCli(argv, project)).stderr;
	}

	test("replaces what init wrote, whatever name it chose", async () => {
		const project = await started();
		await force(project);
		expect(nameOf(project)).toEqual(["second", "second"]);
	});

	test("knows its files again when git has changed their line endings", async () => {
		const project = await started();
		for (const name of names)
			project.write(name, project.read(name).replaceAll("\n", "\r\n"));
		await force(project);
		expect(nameOf(project)).toEqual(["second", "second"]);
	});

	test("knows its files again when a formatter has laid them out anew", async () => {
		const project = await started();
		const yaml = project.read("counters.yaml");
		const json = JSON.parse(project.read("package.json"));
		project.write("package.json", JSON.stringify(json, null, "\t"));
		const laidOut = yaml
			.replace("  name: first", '    name: "first"')
			.replaceAll(/^ {2}(?=#)/gm, "      ")
			.replace("version: 1 #", "version: 1   #");
		expect(laidOut).not.toBe(yaml);
		project.write("counters.yaml", laidOut);
		await force(project);
		expect(nameOf(project)).toEqual(["second", "second"]);
	});

	test("completes what an interrupted run began", async () => {
		const project = new Project();
		await runCli(["init", "whole"], project);
		project.write("part/.gitignore", project.read("whole/.gitignore"));
		await runCli(["init", "part", "--force", "--name", "whole"], project);
		for (const name of names)
			expect(project.read(`part/${name}`)).toBe(project.read(`whole/${name}`));
	});

	test.each([
		["counters.yaml", "shardCount: 2", "shardCount: 3"],
		["counters.yaml", "name: first", "name: mine"],
		["counters.yaml", "# cors: []", "# cors: [mine]"],
		["package.json", '"name": "first"', '"name": "mine"'],
	])("leaves %s with an edit, and all others", async (name, from, to) => {
		const project = await started();
		project.write(name, project.read(name).replace(from, to));
		const before = project.tree();
		expect(await force(project)).toContain(
			"[file-exists] counters.yaml is in the way: it is not as init writes it.",
		);
		expect(project.tree()).toEqual(before);
	});

	test("adds to a package.json and a .gitignore with an edit", async () => {
		const project = await started();
		const edits = [
			["package.json", "counter-gen dev", "counter-gen dev --port 3000"],
			[".gitignore", "node_modules/", "/node_modules"],
		] as const;
		for (const [name, from, to] of edits)
			project.write(name, project.read(name).replace(from, to));
		const ignored = project.read(".gitignore");
		await force(project);
		expect(nameOf(project)).toEqual(["second", "first"]);
		expect(JSON.parse(project.read("package.json")).scripts).toMatchObject({
			start: "counter-gen dev --port 3000",
			"counters:start": "counter-gen dev",
			serve: "counter-gen serve",
		});
		expect(project.read(".gitignore")).toBe(ignored);
	});

	test.each(["folder", "link"])("leaves a %s of that name", async (kind) => {
		const project = new Project();
		project.write("elsewhere.json", "{}");
		if (kind === "folder") mkdirSync(project.path("package.json"));
		else symlinkSync("elsewhere.json", project.path("package.json"));
		const before = project.tree();
		expect(await force(project)).toContain("[file-exists] package.json");
		expect(project.tree()).toEqual(before);
	});
});
