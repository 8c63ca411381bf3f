import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { expect, it } from "vitest";
import {
	discardedDiff,
	driftList,
	unifiedDiff,
} from "../../../cli/generator/diff.ts";
import { Project } from "../../support/output.ts";

const first = {
	"changed.ts": "one\ntwo\nthree\n",
	"edited.ts": "generated\n",
	"obstructed.ts": "x\n",
	"same.ts": "same\n",
	"stale.ts": "stale\n",
	"stale-edited.ts": "stale\n",
};
const second = {
	"changed.ts": "one\n2\nthree\n",
	"edited.ts": "generated\n",
	"foreign.ts": "ours\n",
	"missing.ts": "missing\n",
	"obstructed.ts": "x\n",
	"same.ts": "same\n",
};

async function drifted(): Promise<Project> {
	const project = new Project();
	await project.generate(first);
	project.write("generated/edited.ts", "mine\n");
	project.write("generated/foreign.ts", "theirs\n");
	project.write("generated/stale-edited.ts", "mine\n");
	rmSync(project.path("generated/obstructed.ts"));
	mkdirSync(project.path("generated/obstructed.ts"));
	return project;
}

it("shows what a run would change, and edits against it", async () => {
	const project = await drifted();
	expect(unifiedDiff(await project.plan(second))).toMatchInlineSnapshot(`
		"--- a/generated/changed.ts
		+++ b/generated/changed.ts
		@@ -1,3 +1,3 @@
		 one
		-two
		+2
		 three
		--- a/generated/edited.ts
		+++ b/generated/edited.ts
		@@ -1,1 +1,1 @@
		-mine
		+generated
		--- a/generated/foreign.ts
		+++ b/generated/foreign.ts
		@@ -1,1 +1,1 @@
		-theirs
		+ours
		--- /dev/null
		+++ b/generated/missing.ts
		@@ -0,0 +1,1 @@
		+missing
		--- a/generated/stale.ts
		+++ /dev/null
		@@ -1,1 +0,0 @@
		-stale
		"
	`);
});

it("tells changed, missing, stale and edited files apart", async () => {
	const project = await drifted();
	expect(driftList(await project.plan(second))).toMatchInlineSnapshot(`
		[
		  "generated/changed.ts: changed",
		  "generated/edited.ts: edited by hand",
		  "generated/foreign.ts: not ours",
		  "generated/missing.ts: missing",
		  "generated/obstructed.ts: obstructed",
		  "generated/stale-edited.ts: stale, edited by hand",
		  "generated/stale.ts: stale",
		  "counters.lock.json: out of date",
		]
	`);
});

it("leaves out what differs in layout only, and shows it if more does", async () => {
	const project = new Project();
	await project.generate(first);
	project.write("generated/changed.ts", "one; two\n;three");
	project.write("generated/same.ts", "(same);\n");
	const drift = async (files: Record<string, string>) => {
		const plan = await project.plan(files);
		return [unifiedDiff(plan), driftList(plan)];
	};
	expect(await drift(first)).toEqual(["", []]);
	const [patch, list] = await drift({ ...first, "changed.ts": "one\n" });
	expect(list).toEqual([
		"generated/changed.ts: changed",
		"counters.lock.json: out of date",
	]);
	expect(patch).toContain("-one; two");
	expect(patch).not.toContain("same");
});

it("shows the edits that a run discards, and nothing else", async () => {
	const project = await drifted();
	rmSync(project.path("generated/foreign.ts"));
	rmSync(project.path("generated/obstructed.ts"), { recursive: true });
	const discarding = { discardEdits: true };
	const plan = await project.plan(second, project.target, discarding);
	expect(discardedDiff(plan)).toMatchInlineSnapshot(`
		"--- a/generated/edited.ts
		+++ b/generated/edited.ts
		@@ -1,1 +1,1 @@
		-mine
		+generated
		--- a/generated/stale-edited.ts
		+++ /dev/null
		@@ -1,1 +0,0 @@
		-mine
		"
	`);
});

it("says nothing where there is no drift", async () => {
	const project = new Project();
	await project.generate(first);
	const clean = await project.plan(first);
	expect([unifiedDiff(clean), driftList(clean)]).toEqual(["", []]);
});

it("mentions a lock that is alone out of date, or missing", async () => {
	const project = new Project();
	await project.generate(first);
	const lock = project.read("counters.lock.json");
	for (const [text, word] of [
		[lock.replace(/sha256-\w{8}/, "sha256-00000000"), "out of date"],
		[undefined, "missing"],
	] as const) {
		if (text) project.write("counters.lock.json", text);
		else rmSync(project.target.lockFile);
		const plan = await project.plan(first);
		expect(unifiedDiff(plan)).toBe("");
		expect(driftList(plan)).toEqual([`counters.lock.json: ${word}`]);
	}
});

it("does not show line endings as changes", async () => {
	const project = new Project();
	await project.generate(first);
	project.write("generated/changed.ts", "one\r\ntwo\r\nthree\r\n");
	const diff = unifiedDiff(
		await project.plan({ ...first, "changed.ts": second["changed.ts"] }),
	);
	expect(diff).toContain(" one\n-two\n+2\n three\n");
});

it("is a patch that git applies", async () => {
	const project = new Project();
	await project.generate({ "a b.ts": "1\n2\n3", "src/stale.ts": "stale\n" });
	const next = { "a b.ts": "1\n2\n4\n", "src/new.ts": "new\n" };
	const patch = unifiedDiff(await project.plan(next));
	execFileSync("git", ["apply", "-"], { cwd: project.cwd, input: patch });

	const { changes, unchanged } = await project.plan(next);
	expect({ changes, unchanged }).toEqual({ changes: [], unchanged: 2 });
});
