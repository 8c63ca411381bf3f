import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keptWarnings } from "../../../cli/generator/conflict.ts";
import { readLock, serializeLock } from "../../../cli/generator/lock.ts";
import { isClean, plan } from "../../../cli/generator/plan.ts";
import { Project, record } from "../../support/output.ts";

const first = { "src/a.ts": "a1\n", "src/b.ts": "b1\n" };
const second = { "src/a.ts": "a2\n", "src/b.ts": "b1\n" };

/** A project in which `first` was generated. */
async function generated(): Promise<Project> {
	const project = new Project();
	await project.generate(first);
	return project;
}

describe("what a file needs", () => {
	it("is to be created where it is missing", async () => {
		const project = new Project();
		const { changes, conflicts, lock } = await project.plan({
			"src/b.ts": "b1\n",
			"src/a.ts": "a1\n",
		});
		expect(changes).toEqual([
			{ kind: "create", path: "src/a.ts", after: "a1\n" },
			{ kind: "create", path: "src/b.ts", after: "b1\n" },
		]);
		expect(conflicts).toEqual([]);
		expect(lock.outputs.generated).toEqual({
			"src/a.ts": await record("a1\n"),
			"src/b.ts": await record("b1\n"),
		});
		expect(project.tree()).toEqual({});
	});

	it("is nothing where it is as it should be", async () => {
		const project = await generated();
		const clean = await project.plan(first);
		expect(clean).toMatchObject({ changes: [], unchanged: 2 });
		expect(isClean(clean)).toBe(true);
	});

	it("is an update where only we wrote it", async () => {
		const project = await generated();
		const update = await project.plan(second);
		expect(update.changes).toEqual([
			{ kind: "update", path: "src/a.ts", before: "a1\n", after: "a2\n" },
		]);
		expect(update.unchanged).toBe(1);
		expect(isClean(update)).toBe(false);
	});

	it("is to be created again where it was deleted", async () => {
		const project = await generated();
		rmSync(project.path("generated/src"), { recursive: true });
		const { changes } = await project.plan(second);
		expect(changes.map(({ kind }) => kind)).toEqual(["create", "create"]);
	});

	it("is nothing where it was edited to what we would write", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "a2\n");
		const adopted = await project.plan(second);
		expect(adopted).toMatchObject({ changes: [], conflicts: [], unchanged: 2 });
		expect(adopted.lock.outputs.generated?.["src/a.ts"]).toBe(
			await record("a2\n"),
		);
		expect(adopted.lockChanged).toBe(true);
		expect(isClean(adopted)).toBe(false);
	});

	it("is nothing where somebody else wrote just that", async () => {
		const project = new Project();
		project.write("generated/src/a.ts", "a1\n");
		const { changes, conflicts, lock } = await project.plan({
			"src/a.ts": "a1\n",
		});
		expect({ changes, conflicts }).toEqual({ changes: [], conflicts: [] });
		expect(lock.outputs.generated).toEqual({
			"src/a.ts": await record("a1\n"),
		});
	});
});

describe("a stale file", () => {
	it("is to be removed", async () => {
		const project = await generated();
		const { changes, lock } = await project.plan({ "src/a.ts": "a1\n" });
		expect(changes).toEqual([
			{ kind: "remove", path: "src/b.ts", before: "b1\n" },
		]);
		expect(lock.outputs.generated).toEqual({
			"src/a.ts": await record("a1\n"),
		});
	});

	it("stays if it was edited, with a warning, and leaves the lock", async () => {
		const project = await generated();
		project.write("generated/src/b.ts", "mine\n");
		const stale = await project.plan({ "src/a.ts": "a1\n" });
		expect(stale).toMatchObject({
			changes: [],
			conflicts: [],
			kept: ["src/b.ts"],
			lockChanged: true,
		});
		expect(stale.lock.outputs.generated).toEqual({
			"src/a.ts": await record("a1\n"),
		});
		expect(keptWarnings(stale)).toMatchObject([
			{ code: "stale-file-kept", where: { file: "generated/src/b.ts" } },
		]);
	});

	it("is forgotten if it is gone", async () => {
		const project = await generated();
		rmSync(project.path("generated/src/b.ts"));
		const { changes, kept, lock } = await project.plan({ "src/a.ts": "a1\n" });
		expect({ changes, kept }).toEqual({ changes: [], kept: [] });
		expect(lock.outputs.generated).toEqual({
			"src/a.ts": await record("a1\n"),
		});
	});

	it("is not followed through a link", async () => {
		const project = await generated();
		rmSync(project.path("generated/src"), { recursive: true });
		project.write("elsewhere/a.ts", "a1\n");
		symlinkSync(project.path("elsewhere"), project.path("generated/src"));
		const { changes, kept } = await project.plan({});
		expect({ changes, kept }).toEqual({ changes: [], kept: [] });
	});
});

describe("a file that a formatter laid out anew", () => {
	const formatted = "a1;";

	it("is written back, and clean until then", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", formatted);
		const update = await project.plan(first);
		expect(update.changes).toEqual([
			{
				...{ kind: "update", path: "src/a.ts", layoutOnly: true },
				...{ before: formatted, after: "a1\n" },
			},
		]);
		expect(isClean(update)).toBe(true);
		await project.generate(first);
		expect(project.read("generated/src/a.ts")).toBe("a1\n");
	});

	it("is an update where its content changes, too", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", formatted);
		const update = await project.plan(second);
		expect(update.changes).toEqual([
			{ kind: "update", path: "src/a.ts", before: formatted, after: "a2\n" },
		]);
		expect(isClean(update)).toBe(false);
	});

	it("is removed once it is stale", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", formatted);
		const { changes, kept } = await project.plan({ "src/b.ts": "b1\n" });
		expect(changes).toMatchObject([{ kind: "remove", path: "src/a.ts" }]);
		expect(kept).toEqual([]);
	});

	it("is known without a lock if it is what would be written", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", formatted);
		rmSync(project.target.lockFile);
		const update = await project.plan(first);
		expect(update.changes).toMatchObject([{ layoutOnly: true }]);
		const other = await project.plan(second);
		expect(other.conflicts).toMatchObject([{ kind: "foreign" }]);
	});

	it("is one that an interrupted run wrote", async () => {
		const project = await generated();
		const { journal } = await project.plan(second);
		project.write("counters.lock.json", serializeLock(journal));
		project.write("generated/src/a.ts", "a2;");
		const { conflicts } = await project.plan({ ...first, "src/a.ts": "a3\n" });
		expect(conflicts).toEqual([]);
	});

	it("is edited if there is a comment that was not there", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "a1; // mine\n");
		const { conflicts } = await project.plan(first);
		expect(conflicts).toMatchObject([{ kind: "edited" }]);
	});
});

describe("an edit that is to be discarded", () => {
	const discarding = { discardEdits: true };

	it("is overwritten, or removed with its file", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "mine\n");
		project.write("generated/src/b.ts", "mine\n");
		const { changes, conflicts, kept } = await project.plan(
			{ "src/a.ts": "a2\n" },
			project.target,
			discarding,
		);
		expect({ conflicts, kept }).toEqual({ conflicts: [], kept: [] });
		expect(changes).toEqual([
			{
				...{ kind: "update", path: "src/a.ts", edited: true },
				...{ before: "mine\n", after: "a2\n" },
			},
			{ kind: "remove", path: "src/b.ts", before: "mine\n", edited: true },
		]);
	});

	it("is none of a file that is not ours, or no file", async () => {
		const project = await generated();
		project.write("generated/src/c.ts", "mine\n");
		rmSync(project.path("generated/src/a.ts"));
		mkdirSync(project.path("generated/src/a.ts"));
		const files = { ...first, "src/c.ts": "c1\n" };
		const { changes, conflicts } = await project.plan(
			files,
			project.target,
			discarding,
		);
		expect(changes).toEqual([]);
		expect(conflicts.map(({ kind }) => kind)).toEqual([
			"obstructed",
			"foreign",
		]);
	});
});

describe("line endings", () => {
	it("do not make a file edited", async () => {
		const project = await generated();
		project.write("generated/src/a.ts", "a1\r\n");
		expect(isClean(await project.plan(first))).toBe(true);
		const { changes } = await project.plan(second);
		expect(changes).toMatchObject([
			{ kind: "update", path: "src/a.ts", before: "a1\n", after: "a2\n" },
		]);
		const stale = await project.plan({ "src/b.ts": "b1\n" });
		expect(stale.changes).toMatchObject([{ kind: "remove", path: "src/a.ts" }]);
	});

	it("of a template do not matter either", async () => {
		const project = new Project();
		const { changes } = await project.plan({ "a.ts": "a\r\nb\r\n" });
		expect(changes).toMatchObject([{ after: "a\nb\n" }]);
	});

	it("of the lock do not put it out of date", async () => {
		const project = await generated();
		const crlf = project.read("counters.lock.json").replaceAll("\n", "\r\n");
		project.write("counters.lock.json", crlf);
		expect(isClean(await project.plan(first))).toBe(true);
	});
});

describe("the next lock", () => {
	it("leaves other output folders as they are", async () => {
		const project = await generated();
		const other = { ...project.target, outDir: project.path("../other/out") };
		const { lock } = await project.plan({ "x.ts": "x\n" }, other);
		expect(lock.outputs).toEqual({
			generated: {
				"src/a.ts": await record("a1\n"),
				"src/b.ts": await record("b1\n"),
			},
			"../other/out": { "x.ts": await record("x\n") },
		});
	});

	it("names the folder of the lock itself", async () => {
		const project = new Project();
		const { lock } = await project.plan(first, {
			...project.target,
			outDir: project.cwd,
		});
		expect(Object.keys(lock.outputs)).toEqual(["."]);
	});

	it("is out of date if only the history grew", async () => {
		const project = await generated();
		const { target } = project;
		const grown = await plan({
			target,
			rendered: new Map(Object.entries(first)),
			lock: await readLock(target.lockFile, target.cwd),
			pasts: {
				namespaces: {
					metrics: {
						class: "Metrics",
						binding: "METRICS_DO",
						kvPrefix: "metrics",
						mount: "/",
						shardCounts: [2],
						reshardings: 0,
					},
				},
			},
		});
		expect(grown).toMatchObject({ changes: [], lockChanged: true });
		expect(isClean(grown)).toBe(false);
	});

	it("takes names that objects have already for plain files", async () => {
		const project = new Project();
		const files = Object.fromEntries(
			["__proto__", "constructor"].map((name) => [name, `${name}\n`]),
		);
		await project.generate(files);
		expect(project.read("generated/__proto__")).toBe("__proto__\n");
		expect(isClean(await project.plan(files))).toBe(true);
		const { changes } = await project.plan({});
		expect(changes.map(({ path }) => path)).toEqual([
			"__proto__",
			"constructor",
		]);
	});

	it("is the same for files in another order", async () => {
		const project = new Project();
		const sorted = await project.plan(first);
		const reversed = await project.plan(
			Object.fromEntries(Object.entries(first).reverse()),
		);
		expect(reversed).toEqual(sorted);
	});
});

it.each([
	"../x.ts",
	"src/../../x.ts",
	"/x.ts",
	"./x.ts",
	"src//x.ts",
	"",
	"..\\x.ts",
	"C:/x.ts",
])("refuses %j as a generated path", async (path) => {
	const project = new Project();
	await expect(project.plan({ [path]: "x" })).rejects.toThrow(
		"is no path inside the output folder",
	);
});

it("says why a file cannot be looked at", async () => {
	const project = await generated();
	const name = "n".repeat(256);
	await expect(project.plan({ [name]: "x" })).rejects.toMatchObject({
		diagnostics: [
			{
				code: "output-not-readable",
				what: expect.stringContaining("too long"),
			},
		],
	});
});
