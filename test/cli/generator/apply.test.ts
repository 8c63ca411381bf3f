import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CounterGenError } from "../../../cli/errors.ts";
import { apply } from "../../../cli/generator/apply.ts";
import { serializeLock } from "../../../cli/generator/lock.ts";
import { isClean, type Plan } from "../../../cli/generator/plan.ts";
import { Project } from "../../support/output.ts";

const first = { "src/a.ts": "a1\n", "src/b.ts": "b1\n", "top.txt": "t1\n" };
const second = { "src/a.ts": "a2\n", "src/b.ts": "b2\n", "top.txt": "t2\n" };

async function generated(): Promise<Project> {
	const project = new Project();
	await project.generate(first);
	return project;
}

async function failure(plan: Plan): Promise<CounterGenError> {
	const error = await apply(plan).catch((error) => error);
	expect(error).toBeInstanceOf(CounterGenError);
	return error;
}

describe("a run", () => {
	it("writes the files and the lock, and nothing else", async () => {
		const project = new Project();
		const plan = await project.plan(first);
		await apply(plan);
		expect(project.tree()).toEqual({
			"counters.lock.json": serializeLock(plan.lock),
			generated: null,
			"generated/src": null,
			"generated/src/a.ts": "a1\n",
			"generated/src/b.ts": "b1\n",
			"generated/top.txt": "t1\n",
		});
	});

	it("writes nothing when it comes again", async () => {
		const project = await generated();
		const before = project.stamps();
		await project.generate(first);
		expect(project.stamps()).toEqual(before);
	});

	it("writes only what changed", async () => {
		const project = await generated();
		const before = project.stamps();
		await project.generate({ ...first, "src/a.ts": "a2\n" });
		const touched = project.stamps().filter((one) => !before.includes(one));
		expect(touched.map((one) => one.split(" ")[0])).toEqual([
			"counters.lock.json",
			"generated/src",
			"generated/src/a.ts",
		]);
		expect(project.read("generated/src/a.ts")).toBe("a2\n");
	});

	it("leaves a lock in other formatting alone", async () => {
		const project = await generated();
		const spaced = JSON.stringify(
			JSON.parse(project.read("counters.lock.json")),
			null,
			2,
		);
		project.write("counters.lock.json", spaced);
		await project.generate(first);
		expect(project.read("counters.lock.json")).toBe(spaced);
	});

	it("removes stale files and the folders they leave empty", async () => {
		const project = new Project();
		await project.generate({ "x/y/z.ts": "z\n", "x/w.ts": "w\n", k: "k\n" });
		project.write("generated/x/mine.txt", "mine");
		await project.generate({ k: "k\n" });
		expect(Object.keys(project.tree())).toEqual([
			"counters.lock.json",
			"generated",
			"generated/k",
			"generated/x",
			"generated/x/mine.txt",
		]);
	});

	it("keeps the output folder when nothing is left in it", async () => {
		const project = await generated();
		await project.generate({});
		expect(Object.keys(project.tree())).toEqual([
			"counters.lock.json",
			"generated",
		]);
	});

	it("keeps a stale file that was edited, and forgets it", async () => {
		const project = await generated();
		project.write("generated/src/b.ts", "mine\n");
		const { "src/b.ts": _, ...rest } = first;
		await project.generate(rest);
		expect(project.read("generated/src/b.ts")).toBe("mine\n");
		expect(isClean(await project.plan(rest))).toBe(true);
	});

	it("writes nothing when there is a conflict", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "mine\n");
		const before = project.stamps();
		const error = await failure(await project.plan(second));
		expect(error).toMatchObject({
			status: 2,
			diagnostics: [{ code: "edited-file" }],
		});
		expect(project.stamps()).toEqual(before);
	});
});

describe("a run that dies", () => {
	it("between the files and the lock heals on the next run", async () => {
		const project = await generated();
		const oldLock = project.read("counters.lock.json");
		await project.generate(second);
		project.write("counters.lock.json", oldLock);

		const healing = await project.plan(second);
		expect(healing).toMatchObject({ changes: [], conflicts: [] });
		await apply(healing);
		await project.generate(first);
		expect(project.read("generated/src/a.ts")).toBe("a1\n");
	});

	it("amid the files heals on the next run", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "a2\n");
		await project.generate(second);
		expect(project.read("generated/src/b.ts")).toBe("b2\n");
		expect(isClean(await project.plan(second))).toBe(true);
	});
});

describe("what a run left that was killed", () => {
	const random = "0123456789ab";

	it("is removed by the next one", async () => {
		const project = await generated();
		const before = project.tree();
		project.write(`generated/.top.txt.${random}.tmp`, "t");
		project.write(`generated/src/.a.ts.${random}.tmp`, "");
		project.write(`.counters.lock.json.${random}.tmp`, "{");
		const plan = await project.plan(first);
		expect(plan.leftovers).toHaveLength(3);
		await apply(plan);
		expect(project.tree()).toEqual(before);
	});

	it("is nothing that may be somebody else's", async () => {
		const project = await generated();
		for (const path of [
			`generated/src/.mine.ts.${random}.tmp`,
			`generated/src/.top.txt.${random}.tmp`,
			"generated/src/.a.ts.tmp",
			`generated/src/a.ts.${random}.tmp`,
			`generated/.src.${random}.tmp/x`,
			`.mine.json.${random}.tmp`,
			`elsewhere/.c.ts.${random}.tmp`,
		])
			project.write(path, "mine");
		symlinkSync(project.path("elsewhere"), project.path("generated/linked"));
		project.write(
			"counters.lock.json",
			project.read("counters.lock.json").replace("src/b.ts", "linked/c.ts"),
		);
		const plan = await project.plan(first);
		expect(plan.leftovers).toEqual([]);
	});

	it("is an empty folder too, but not one behind a link", async () => {
		const project = await generated();
		const lock = project.read("counters.lock.json");
		project.write(
			"counters.lock.json",
			lock
				.replace("src/a.ts", "old/gone.ts")
				.replace("src/b.ts", "linked/deep/gone.ts"),
		);
		mkdirSync(project.path("generated/old"));
		mkdirSync(project.path("elsewhere/deep"), { recursive: true });
		symlinkSync(project.path("elsewhere"), project.path("generated/linked"));
		await project.generate(first);
		expect(Object.keys(project.tree())).toEqual([
			"counters.lock.json",
			"elsewhere",
			"elsewhere/deep",
			"generated",
			"generated/linked",
			"generated/linked/deep",
			"generated/src",
			"generated/src/a.ts",
			"generated/src/b.ts",
			"generated/top.txt",
		]);
	});
});

describe("a file that changes while a run is at work", () => {
	const { "src/b.ts": _, ...third } = { ...second, "new.ts": "n\n" };

	it.each([
		["is written where one was to be created", "new.ts"],
		["is edited where it was to be replaced", "top.txt"],
		["is edited where it was to be removed", "src/b.ts"],
	])("%s: it stays, and so does everything", async (_, path) => {
		const project = await generated();
		const plan = await project.plan(third);
		project.write(`generated/${path}`, "mine\n");
		const before = project.tree();
		expect(await failure(plan)).toMatchObject({
			status: 2,
			diagnostics: [
				{ code: "output-changed", where: { file: `generated/${path}` } },
			],
		});
		expect(project.tree()).toEqual(before);
	});

	it("is not written through a link that came in its folder's place", async () => {
		const project = await generated();
		const plan = await project.plan(second);
		renameSync(project.path("generated/src"), project.path("elsewhere"));
		symlinkSync(project.path("elsewhere"), project.path("generated/src"));
		const before = project.tree();
		const error = await failure(plan);
		expect(error.diagnostics).toMatchObject([{ code: "output-changed" }]);
		expect(project.tree()).toEqual(before);
	});
});

describe("a run that fails leaves everything as it was", () => {
	// Room for the name itself, but not for that of the temporary file.
	const long = "z".repeat(250);

	it("while it prepares, and names what failed", async () => {
		const project = await generated();
		const before = project.tree();
		const error = await failure(
			await project.plan({ ...second, "new/deep/x": "x", [long]: "z" }),
		);
		expect(error).toMatchObject({
			status: 2,
			diagnostics: [
				{
					code: "output-not-writable",
					what: `generated/${long} cannot be written: name too long.`,
					why: "Nothing was changed.",
					fix: expect.stringContaining("--out"),
					where: { file: `generated/${long}` },
				},
			],
		});
		expect(project.tree()).toEqual(before);
	});

	it("while it makes folders", async () => {
		const project = await generated();
		const before = project.tree();
		const path = `new/${"n".repeat(256)}/x.ts`;
		await failure(await project.plan({ ...second, [path]: "x" }));
		expect(project.tree()).toEqual(before);
	});

	it("while it puts files in place", async () => {
		const project = await generated();
		const plan = await project.plan({ ...second, "new/x.ts": "x" });
		rmSync(project.path("generated/top.txt"));
		mkdirSync(project.path("generated/top.txt"));
		const before = project.tree();
		const error = await failure(plan);
		expect(error.diagnostics).toMatchObject([
			{ where: { file: "generated/top.txt" } },
		]);
		expect(project.tree()).toEqual(before);
	});

	it("while it removes files", async () => {
		const project = await generated();
		const plan = await project.plan({ "src/a.ts": "a2\n" });
		expect(plan.changes.map(({ kind }) => kind)).toEqual([
			"update",
			"remove",
			"remove",
		]);
		rmSync(project.path("generated/top.txt"));
		mkdirSync(project.path("generated/top.txt"));
		const before = project.tree();
		await failure(plan);
		expect(project.tree()).toEqual(before);
	});

	it("while it writes the lock", async () => {
		const project = await generated();
		const { "top.txt": _, ...rest } = second;
		const plan = await project.plan(rest);
		rmSync(project.path("counters.lock.json"));
		mkdirSync(project.path("counters.lock.json"));
		const before = project.tree();
		const error = await failure(plan);
		expect(error.diagnostics).toMatchObject([
			{
				code: "output-not-writable",
				where: { file: "counters.lock.json" },
			},
		]);
		expect(project.tree()).toEqual(before);
	});

	it("and down to the line endings", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "a1\r\n");
		const plan = await project.plan(second);
		rmSync(project.path("generated/top.txt"));
		mkdirSync(project.path("generated/top.txt"));
		await failure(plan);
		expect(project.read("generated/src/a.ts")).toBe("a1\r\n");
	});
});
