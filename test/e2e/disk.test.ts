import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bin, Project } from "../support/project.ts";
import { runCli } from "../support/run.ts";

/** Runs `generate` by way of another program. */
function generate(project: Project, wrapper: readonly string[]) {
	const [file = "", ...argv] = [...wrapper, process.execPath, bin, "generate"];
	return spawnSync(file, argv, { cwd: project.dir, encoding: "utf8" });
}

/** Takes from root what lets it write and read whatever it likes. */
const asAnybody =
	process.getuid?.() === 0
		? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
		: [];

function tree({ dir }: Project): [string, string?][] {
	return readdirSync(dir, { recursive: true, encoding: "utf8" })
		.toSorted()
		.map((path) => {
			const at = join(dir, path);
			return statSync(at).isFile() ? [path, readFileSync(at, "utf8")] : [path];
		});
}

async function generated(): Promise<Project> {
	const project = await Project.create({ packages: false });
	await runCli(["generate"], { cwd: project.dir });
	await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
	return project;
}

describe("a disk that does not take everything", () => {
	it.each([1, 4])(
		"leaves nothing of a first run: %i KiB a file",
		async (size) => {
			const project = await Project.create({ packages: false });
			// Some of the runtime's files are longer than either.
			const copied = "  name: quick\n  runtime: copied\n";
			await project.edit("counters.yaml", "  name: quick\n", copied);
			const limit = `ulimit -f ${size}; exec "$0" "$@"`;
			const { status, stderr } = generate(project, ["bash", "-c", limit]);
			expect(status).toBe(2);
			expect(stderr).toContain("[output-not-writable]");
			expect(stderr).toContain("file too large");
			expect(readdirSync(project.dir)).toEqual(["counters.yaml"]);
		},
	);

	it("leaves a later run as it was", async () => {
		const project = await generated();
		const before = tree(project);
		const limit = 'ulimit -f 1; exec "$0" "$@"';
		const { status, stderr } = generate(project, ["bash", "-c", limit]);
		expect(status).toBe(2);
		expect(stderr).toContain("why: Nothing was changed.");
		expect(tree(project)).toEqual(before);
	});
});

describe("a permission that is missing", () => {
	it.each([
		["a folder that may not be written", "generated/src", 0o555, "written"],
		["the output folder itself", "generated", 0o555, "written"],
		["the project's folder, where the lock is", ".", 0o555, "written"],
		["a folder that may not be entered", "generated/src", 0o600, "read"],
		["a file that may not be read", "generated/src/index.ts", 0o200, "read"],
		["a lock that may not be read", "counters.lock.json", 0o200, "read"],
	])("is told of, and changes nothing: %s", async (_, path, mode, verb) => {
		const project = await generated();
		const before = tree(project);
		const usual = statSync(project.path(path)).mode;
		chmodSync(project.path(path), mode);
		const { status, stderr } = generate(project, asAnybody);
		chmodSync(project.path(path), usual);
		expect(status).toBe(2);
		expect(stderr).toContain(`cannot be ${verb}: permission denied`);
		expect(tree(project)).toEqual(before);
	});

	it("to write a file is not needed to replace it", async () => {
		const project = await generated();
		chmodSync(project.path("generated/README.md"), 0o444);
		expect(generate(project, asAnybody)).toMatchObject({ status: 0 });
	});
});
