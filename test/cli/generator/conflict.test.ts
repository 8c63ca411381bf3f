import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { conflictDiagnostics } from "../../../cli/generator/conflict.ts";
import { isClean } from "../../../cli/generator/plan.ts";
import { Project, record } from "../../support/output.ts";

const first = { "src/a.ts": "a1\n", "src/b.ts": "b1\n" };
const second = { "src/a.ts": "a2\n", "src/b.ts": "b1\n" };

/** A project in which `first` was generated. */
async function generated(): Promise<Project> {
	const project = new Project();
	await project.generate(first);
	return project;
}

describe("a conflict", () => {
	it("is an edited file, whether or not its text would change", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "mine\n");
		for (const files of [first, second]) {
			const edited = await project.plan(files);
			expect(edited.conflicts).toEqual([
				{
					kind: "edited",
					path: "src/a.ts",
					before: "mine\n",
					after: files["src/a.ts"],
				},
			]);
			expect(edited.lock.outputs.generated).toEqual({
				"src/a.ts": await record("a1\n"),
				"src/b.ts": await record("b1\n"),
			});
			expect(isClean(edited)).toBe(false);
		}
	});

	it("tells how to get out of an edit", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "mine\n");
		const edited = await project.plan(second);
		expect(conflictDiagnostics(edited)).toEqual([
			{
				code: "edited-file",
				what: "generated/src/a.ts was changed since counter-gen wrote it.",
				why: "Generating would overwrite that change.",
				fix: "Keep your change elsewhere, or drop it: `npm run cg -- generate --discard-edits` shows a diff of it and overwrites the file.",
				where: { file: "generated/src/a.ts" },
			},
		]);
	});

	it("is a file that we did not write", async () => {
		const project = new Project();
		project.write("generated/src/a.ts", "mine\n");
		const foreign = await project.plan(first);
		expect(foreign.conflicts).toMatchObject([
			{ kind: "foreign", path: "src/a.ts", before: "mine\n" },
		]);
		expect(foreign.lock.outputs.generated).not.toHaveProperty(["src/a.ts"]);
		expect(conflictDiagnostics(foreign)).toMatchObject([
			{ code: "foreign-file", where: { file: "generated/src/a.ts" } },
		]);
	});

	it("is a folder where a file should be", async () => {
		const project = await generated();
		rmSync(project.path("generated/src/a.ts"));
		mkdirSync(project.path("generated/src/a.ts"));
		const obstructed = await project.plan(second);
		expect(obstructed.conflicts).toEqual([
			{ kind: "obstructed", path: "src/a.ts", wanted: "file" },
		]);
		expect(conflictDiagnostics(obstructed)).toMatchObject([
			{
				code: "path-obstructed",
				what: "generated/src/a.ts should be a file, but something else is there.",
			},
		]);
	});

	it("is a file where a folder should be, told once", async () => {
		const project = new Project();
		project.write("generated/src", "a file");
		const { conflicts } = await project.plan(first);
		expect(conflicts).toEqual([
			{ kind: "obstructed", path: "src", wanted: "folder" },
		]);
	});

	it("is a file in place of the output folder", async () => {
		const project = new Project();
		project.write("generated", "a file");
		const obstructed = await project.plan(first);
		expect(conflictDiagnostics(obstructed)).toMatchObject([
			{
				what: "generated should be a folder, but something else is there.",
				where: { file: "generated" },
			},
		]);
	});

	it("is a file in place of a folder above the output folder", async () => {
		const project = new Project();
		project.write("above", "a file");
		const outDir = project.path("above/deep/generated");
		const { conflicts } = await project.plan(first, {
			...project.target,
			outDir,
		});
		expect(conflicts).toEqual([
			{ kind: "obstructed", path: ".", wanted: "folder" },
		]);
	});

	it("is a link that leads out of the output folder", async () => {
		const project = await generated();
		rmSync(project.path("generated/src"), { recursive: true });
		project.write("elsewhere/a.ts", "a1\n");
		symlinkSync(project.path("elsewhere"), project.path("generated/src"));
		const { changes, conflicts } = await project.plan(second);
		expect({ changes, conflicts }).toEqual({
			changes: [],
			conflicts: [{ kind: "obstructed", path: "src", wanted: "folder" }],
		});
	});
});
