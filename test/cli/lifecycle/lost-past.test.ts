import { expect, test } from "vitest";
import type { LoadedConfig } from "../../../cli/config/load.ts";
import type { Pasts } from "../../../cli/lifecycle/history.ts";
import { workersOf } from "../../../cli/lifecycle/workers.ts";
import { readAnswer } from "../../support/answers.ts";
import { loadContent } from "../../support/config.ts";
import { Project } from "../../support/project.ts";
import { runCli } from "../../support/run.ts";

const ALL = "history: { minute: 2h, hour: 7d, day: 400d }";

/** Generates a file after the pasts that the lock has. */
async function generated(
	lock: Pasts,
	keys: string,
	confirmed: { confirm?: readonly string[] } = {},
) {
	const config = await loadContent(
		`version: 1\nnamespaces: { visits: { ${keys} } }`,
	);
	const loaded: LoadedConfig = {
		config,
		environments: new Map(),
		warnings: async () => [],
		placeOf: () => ({ file: "counters.yaml" }),
	};
	return workersOf(loaded, lock, lock, confirmed);
}

test("the lock remembers the units that were kept, until a deploy deletes them", async () => {
	const first = await generated({ namespaces: {} }, ALL);
	expect(first.top.lost).toEqual([]);
	expect(first.warnings).toEqual([]);
	const less = await generated(first.pasts, "history: { day: 400d }");
	expect(less.top.lost).toMatchObject([
		{ key: "visits", units: ["minute", "hour"] },
	]);
	expect(less.warnings).toMatchObject([
		{
			code: "history-dropped",
			what: "The namespace `visits` no longer keeps its minutes and hours.",
			fix: "Put minutes and hours back under its `history`, or deploy with --confirm visits.",
		},
	]);
	// They are warned of until then.
	const none = await generated(less.pasts, "");
	expect(none.top.lost).toMatchObject([{ units: ["minute", "hour", "day"] }]);
	const confirmed = await generated(none.pasts, "", { confirm: ["visits"] });
	expect(confirmed.warnings).toEqual([]);
	const after = await generated(confirmed.pasts, "");
	expect(after.top.lost).toEqual([]);
	expect(after.pasts.namespaces.visits).not.toHaveProperty("kept");
});

test("what comes back is kept as if it had never gone, and goes along with a rename", async () => {
	const { pasts } = await generated({ namespaces: {} }, ALL);
	const gone = await generated(pasts, "");
	const back = await generated(gone.pasts, ALL);
	expect(back.top.lost).toEqual([]);
	expect(back.pasts).toEqual(pasts);
});

test("a shorter retention is no loss that anybody must confirm", async () => {
	const { pasts } = await generated({ namespaces: {} }, ALL);
	const shorter = "history: { minute: 1h, hour: 1d, day: 30d }";
	expect((await generated(pasts, shorter)).top.lost).toEqual([]);
});

test("the lock remembers a total, until a deploy deletes the limits that went with it", async () => {
	const first = await generated(
		{ namespaces: {} },
		`${ALL}, total: { max: 5 }`,
	);
	expect(first.top.lost).toEqual([]);
	const wider = await generated(first.pasts, `${ALL}, total: { max: 9 }`);
	expect(wider.pasts).toEqual(first.pasts);
	const none = await generated(wider.pasts, "");
	expect(none.warnings).toMatchObject([
		{ code: "history-dropped" },
		{
			code: "limits-dropped",
			what: "The namespace `visits` has no `total` any more.",
			fix: "Put `total` back, or deploy with --confirm visits.",
		},
	]);
	const confirmed = await generated(none.pasts, "", { confirm: ["visits"] });
	expect(confirmed.warnings).toEqual([]);
	expect(confirmed.pasts.namespaces.visits).not.toHaveProperty("kept");
});

test("a total that is new to a namespace is told of, and said when it holds", async () => {
	const { pasts } = await generated({ namespaces: {} }, "");
	const later = await generated(pasts, "total: { max: 5 }");
	expect(later.top.changes).toEqual([{ kind: "total", key: "visits" }]);
	const again = await generated(later.pasts, "total: { min: 0 }");
	expect(again.top.changes).toEqual([]);
});

test("deploy refuses to delete limits, and says what confirms it, once", async () => {
	const project = await Project.create();
	const file = (keys: string) =>
		project.write(
			"counters.yaml",
			`version: 1\nnamespaces: { visits: { ${keys} } }\n`,
		);
	const surroundings = { cwd: project.dir, env: {} };
	await file(`${ALL}, total: { max: 5 }`);
	await runCli(["generate"], surroundings);
	await file("");
	const { status, stdout } = await runCli(["deploy", "--json"], surroundings);
	const { diagnostics } = readAnswer("Answer", stdout);
	expect(diagnostics).toMatchObject([
		{ code: "deletion-not-confirmed" },
		{
			code: "deletion-not-confirmed",
			what: "This deploy deletes the limits of the namespace visits for good",
			fix: expect.stringMatching(/deploy --confirm visits$/),
		},
	]);
	expect(status).toBe(2);
});

test("deploy refuses to delete a past, and says what confirms it", async () => {
	const project = await Project.create();
	const file = (keys: string) =>
		project.write(
			"counters.yaml",
			`version: 1\nnamespaces: { visits: { ${keys} } }\n`,
		);
	const surroundings = { cwd: project.dir, env: {} };
	await file(ALL);
	await runCli(["generate"], surroundings);
	await file("");
	const { status, stdout } = await runCli(["deploy", "--json"], surroundings);
	const { diagnostics } = readAnswer("Answer", stdout);
	expect(diagnostics).toMatchObject([
		{
			code: "deletion-not-confirmed",
			what: "This deploy deletes the minutes, hours and days of the namespace visits for good",
			fix: expect.stringContaining("deploy --confirm visits"),
		},
	]);
	expect(status).toBe(2);
});
