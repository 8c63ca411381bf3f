import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Cli, cli, eventually } from "../support/process.ts";
import { Project, root } from "../support/project.ts";

/** Starts a run, and answers once it has begun to put files in place. */
async function startAndHold(project: Project) {
	const run = new Cli(["generate"], {
		cwd: project.dir,
		env: {
			NODE_OPTIONS: `--import=${join(root, "test/support/hold.ts")}`,
			HOLD: project.path("go-on"),
		},
	});
	const first = project.path("generated/.gitignore");
	await eventually(
		async () => existsSync(first),
		(begun) => begun,
	);
	const finish = async () => {
		await project.write("go-on", "");
		expect(await run.ended).toMatchObject({ status: 0 });
	};
	return { run, finish };
}

describe("two runs at the same time", () => {
	it("come one after the other, each with the configuration of its time", async () => {
		const project = await Project.create({ packages: false });
		const { finish } = await startAndHold(project);
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		const second = new Cli(["generate"], { cwd: project.dir });
		await second.reports("waiting for another counter-gen");
		await finish();
		expect(await second.ended).toMatchObject({
			status: 0,
			stdout: expect.stringMatching(/^generated: 2 written, 0 removed/),
		});
		expect(await project.read("generated/src/counters.ts")).toContain(
			"readonly shardCounts = [2, 3];",
		);
		expect(await cli(["generate", "--check"], project.dir)).toMatchObject({
			status: 0,
		});
	});

	it("do not wait for one that was killed", async () => {
		const project = await Project.create({ packages: false });
		const { run } = await startAndHold(project);
		const second = new Cli(["generate"], { cwd: project.dir });
		await second.reports("waiting for another counter-gen");
		run.signal("SIGKILL");
		expect(await second.ended).toMatchObject({ status: 0 });
		expect(await cli(["generate", "--check"], project.dir)).toMatchObject({
			status: 0,
		});
	});

	it("can be told to wait no longer", async () => {
		const project = await Project.create({ packages: false });
		const { finish } = await startAndHold(project);
		const second = new Cli(["generate"], { cwd: project.dir });
		await second.reports("waiting for another counter-gen");
		const stopped = await second.stop();
		expect(stopped).toMatchObject({ status: 2, stdout: "" });
		expect(stopped.stderr).toContain("[interrupted]");
		await finish();
	});

	it("leave those of another project alone", async () => {
		const { finish } = await startAndHold(
			await Project.create({ packages: false }),
		);
		const other = await Project.create({ packages: false });
		const second = await cli(["generate"], other.dir);
		expect(second.stderr).not.toContain("waiting");
		expect(second.status).toBe(0);
		await finish();
	});

	it("are no trouble if one follows the configuration", async () => {
		const project = await Project.create({ packages: false });
		const watch = new Cli(["generate", "--watch"], { cwd: project.dir });
		await watch.reports("following counters.yaml");
		for (const [from, to] of [
			[2, 3],
			[3, 4],
			[4, 5],
		]) {
			await project.edit("counters.yaml", `Count: ${from}`, `Count: ${to}`);
			const byHand = await cli(["generate"], project.dir);
			expect(byHand).toMatchObject({ status: 0 });
		}
		expect(await watch.stop()).toMatchObject({ status: 0 });
		expect(watch.stderr).not.toContain("error [");
		expect(await project.read("generated/src/counters.ts")).toContain(
			"readonly shardCounts = [2, 3, 4, 5];",
		);
		expect(await cli(["generate", "--check"], project.dir)).toMatchObject({
			status: 0,
		});
	});

	it("are no more trouble if they are many", async () => {
		const project = await Project.create({ packages: false });
		const runs = [1, 2, 3, 4].map(() => cli(["generate"], project.dir));
		const written = (await Promise.all(runs)).map(
			({ stdout }) => /: (\d+) written/.exec(stdout)?.[1],
		);
		expect(written.filter((count) => count !== "0")).toHaveLength(1);
		expect(await cli(["generate", "--check"], project.dir)).toMatchObject({
			status: 0,
		});
	});
});
