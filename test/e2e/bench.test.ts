import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { withRigs } from "../bench/rig.ts";
import type { Results } from "../bench/run.ts";
import { buildSubjects, type Group, names } from "../bench/subjects.ts";
import { Project, root } from "../support/project.ts";

const run = promisify(execFile);
const bench = (...args: string[]) =>
	run(process.execPath, [
		join(root, "test/bench/cli.ts"),
		"--rounds=1",
		"--many=3",
		...args,
	]);

describe("npm run bench:cli", () => {
	it("times generate, compares it with Node itself, and prints and writes both", async () => {
		const project = await Project.create({ packages: false });
		const file = project.path("bench.json");
		const bin = join(root, "cli/bin.ts");
		const { stdout } = await bench(`--bin=${bin}`, `--json=${file}`);
		const { rounds, figures, ratios } = JSON.parse(
			await readFile(file, "utf8"),
		);
		expect(rounds).toBe(1);
		expect(ratios).toHaveLength(4);
		for (const { name, ms } of figures) {
			expect(stdout).toContain(name);
			expect(ms.median).toBeGreaterThan(0);
		}
		for (const { name, times } of ratios) {
			expect(stdout).toContain(name);
			expect(times.median).toBeGreaterThan(0);
		}
	});

	it("takes no time of a program that writes something else", async () => {
		const project = await Project.create({ packages: false });
		const other = `
			import { appendFileSync } from "node:fs";
			process.on("exit", () => appendFileSync("generated/README.md", " "));
			await import(${JSON.stringify(join(root, "cli/bin.ts"))});
		`;
		await writeFile(project.path("other.js"), other);
		await writeFile(project.path("package.json"), '{ "type": "module" }');
		const failed = bench(`--bin=${project.path("other.js")}`);
		await expect(failed).rejects.toThrow("generated/README.md");
	});
});

describe("npm run bench", () => {
	it("measures and verifies everything once, and prints and writes it", async () => {
		const project = await Project.create({ packages: false });
		const file = project.path("figures.json");
		const { stdout } = await run(process.execPath, [
			join(root, "test/bench/bench.ts"),
			"--rounds=1",
			"--seconds=0.1",
			"--names=1000",
			`--json=${file}`,
		]);
		const results: Results = JSON.parse(await readFile(file, "utf8"));
		const { throughput, latency, cost, growth, live, targets } = results;
		const measured = throughput.map(({ name }) => name);
		expect(measured.toSorted()).toEqual(Object.values(names).toSorted());
		for (const { name, group, requestsPerSecond, lost, failed } of throughput) {
			expect(stdout).toContain(name);
			expect(requestsPerSecond.median, name).toBeGreaterThan(0);
			if (group !== "rivals") expect([lost, failed], name).toEqual([0, 0]);
		}
		expect(latency?.subjects.map(({ name }) => name)).toEqual([
			names.single,
			names.emptyObject,
		]);
		expect(cost.map(({ name }) => name)).toEqual([
			names.batched,
			names.single,
			names.original,
			names.many,
			names.originalMany,
			names.oneObject,
			names.kv,
			names.keyed,
		]);
		// The one that is known beforehand: a request each, and a row.
		expect(cost.find(({ name }) => name === names.oneObject)).toMatchObject({
			counts: {
				workerRequests: 1_000_000,
				objectRequests: 1_000_000,
				rowsWritten: 1_000_000,
				kvWrites: 0,
			},
		});
		expect(growth?.shards.map(({ size }) => size)).toEqual([1, 4, 16, 64]);
		expect(growth?.names.map(({ size }) => size)).toEqual([10, 1000]);
		expect(live.map(({ viewers }) => viewers)).toEqual([100]);
		expect(live[0]?.messagesPerSecond).toBeGreaterThan(0);
		expect(targets).toHaveLength(8);
		for (const { name } of targets) expect(stdout).toContain(name);
	});

	it("fails if a Worker that is not a rival loses a count", async () => {
		const { dir } = await Project.create({ packages: false });
		const { signal } = new AbortController();
		const rivals = await buildSubjects(dir, new Set(["rivals"]), signal);
		const losing = rivals.filter(({ name }) => name === names.kv);
		const turn = (group: Group) =>
			withRigs(
				losing.map((one) => ({ ...one, group })),
				dir,
				signal,
				([rig]) => rig?.run({ seconds: 0.3 }) ?? Promise.reject(),
			);
		expect((await turn("rivals")).lost).toBeGreaterThan(0);
		await expect(turn("ours")).rejects.toThrow("are lost");
	});
});
