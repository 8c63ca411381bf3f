import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../support/process.ts";
import { Project, root } from "../support/project.ts";
import { runCli } from "../support/run.ts";

const preload = `--import=${join(root, "test/support/killed-between-writes.ts")}`;

type Tree = Record<string, string | null>;

/** Every path below a project: a file's text, or null for a folder. */
function tree(dir: string): Tree {
	const paths = readdirSync(dir, { recursive: true, encoding: "utf8" });
	return Object.fromEntries(
		paths.toSorted().map((path) => {
			const at = join(dir, path);
			return [path, statSync(at).isFile() ? readFileSync(at, "utf8") : null];
		}),
	);
}

async function copyOf({ dir }: Project): Promise<Project> {
	const project = await Project.create({ packages: false });
	await cp(dir, project.dir, { recursive: true });
	return project;
}

const isTemporary = (path: string) => /^\..+\.tmp$/.test(basename(path));

/** A project in which a run was killed, and when that was. */
interface Killed {
	project: Project;
	moment: string;
}

/**
 * Runs `generate` in copies of a project, as often as there are moments that
 * `chosen` takes, and kills it each time at the next of them.
 */
async function atEveryMoment(
	original: Project,
	check: (killed: Killed) => Promise<unknown>,
	chosen: (moment: string) => boolean = () => true,
): Promise<string[]> {
	const whole = await copyOf(original);
	const log = await Project.create({ packages: false });
	const { status } = await cli(["generate"], whole.dir, {
		NODE_OPTIONS: preload,
		CRASH_LOG: log.path("log"),
	});
	expect(status).toBe(0);
	const moments = (await log.read("log")).trimEnd().split("\n");
	for (const [index, moment] of moments.entries()) {
		if (!chosen(moment)) continue;
		const project = await copyOf(original);
		const { status } = await cli(["generate"], project.dir, {
			NODE_OPTIONS: preload,
			CRASH_AT: String(index + 1),
		});
		expect(status, moment).toBe(null);
		await check({ project, moment });
	}
	return moments.map((moment) => moment.replaceAll(`${whole.dir}/`, ""));
}

/**
 * Checks what is on disk now, and how `generate` and `--check` go on from there.
 * Answers whether the lock tells that a run did not finish.
 */
async function checkHealing(
	{ project, moment }: Killed,
	before: Tree,
	after: Tree,
): Promise<boolean> {
	const now = tree(project.dir);
	for (const [path, text] of Object.entries(now)) {
		if (isTemporary(path) || path === "counters.lock.json") continue;
		expect([before[path], after[path]], `${path}, ${moment}`).toContain(text);
	}
	const lock = now["counters.lock.json"];
	const journal =
		typeof lock === "string" && JSON.parse(lock).unfinished !== undefined;
	if (!journal)
		expect([before, after].map((one) => one["counters.lock.json"])).toContain(
			lock,
		);

	const cwd = project.dir;
	const drift = await runCli(["generate", "--check"], { cwd });
	const hasTraces = journal || Object.keys(now).some(isTemporary);
	if (hasTraces) expect(drift.stderr, moment).toContain("did not finish");
	const clean = JSON.stringify(now) === JSON.stringify(after);
	expect(drift.status, moment).toBe(clean ? 0 : 1);

	const next = await runCli(["generate"], { cwd });
	expect(next, moment).toMatchObject({ status: 0 });
	expect(tree(project.dir), moment).toEqual(after);
	expect(await runCli(["generate", "--check"], { cwd })).toMatchObject({
		status: 0,
		stdout: "",
	});
	return journal;
}

/** With a generated project, one file of it as an older release left it. */
async function older(): Promise<Project> {
	const project = await Project.create({ packages: false });
	await runCli(["generate"], { cwd: project.dir });
	await mkdir(project.path("generated/src/old"));
	await project.write("generated/src/old/gone.ts", "gone\n");
	const hash = createHash("sha256").update("gone\n").digest("hex");
	await project.edit(
		"counters.lock.json",
		'"src/counters.ts"',
		`"src/old/gone.ts": "sha256-${hash}",\n\t\t\t"src/counters.ts"`,
	);
	await project.edit("counters.yaml", "shardCount: 2", "shardCount: 6");
	await project.edit("counters.yaml", "  votes:", "  polls: {}\n  votes:");
	return project;
}

/** Reads what an uninterrupted run makes of a project. */
async function finished(project: Project): Promise<Tree> {
	const whole = await copyOf(project);
	await runCli(["generate"], { cwd: whole.dir });
	return tree(whole.dir);
}

describe("a run that is killed", () => {
	it("at any moment leaves whole files, and the next one finishes it", async () => {
		const project = await older();
		const before = tree(project.dir);
		const after = await finished(project);
		let journals = 0;
		const moments = await atEveryMoment(project, async (killed) => {
			if (await checkHealing(killed, before, after)) journals++;
		});
		expect(journals).toBeGreaterThan(3);
		expect(new Set(moments.map((one) => one.split(" ")[0]))).toEqual(
			new Set(["before", "amid", "rename", "unlink", "rmdir"]),
		);
		expect(moments).toContain("unlink generated/src/old/gone.ts");
		expect(moments).toContain("rmdir generated/src/old");
	});

	it("is finished by the next one also if it is the first of all", async () => {
		const project = await Project.create({ packages: false });
		const before = tree(project.dir);
		const after = await finished(project);
		const moments = await atEveryMoment(project, (killed) =>
			checkHealing(killed, before, after),
		);
		expect(moments).toContain("mkdir generated/src");
	});

	it("is no conflict, whatever the configuration says next", async () => {
		await atEveryMoment(
			await older(),
			async ({ project, moment }) => {
				await project.edit("counters.yaml", "shardCount: 6", "shardCount: 3");
				await project.edit("counters.yaml", "mount: /\n", "mount: /m\n");
				await project.edit("counters.yaml", "polls: {}", "polls: { mount: / }");
				const cwd = project.dir;
				const next = await runCli(["generate"], { cwd });
				expect(next.stderr, moment).not.toContain("error [");
				expect(next.status, moment).toBe(0);
				const lock = JSON.parse(await project.read("counters.lock.json"));
				expect(lock.unfinished).toBe(undefined);
				// From the first file on, the lock knows the shards it may have made.
				if (/^(rename|unlink|rmdir) .*generated/.test(moment))
					expect(lock.namespaces.metrics.shardCounts).toEqual([2, 6, 3]);
			},
			(moment) => !moment.includes("write"),
		);
	});
});
