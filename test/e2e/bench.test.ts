import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { chosen } from "../bench/chosen.ts";
import type { Part } from "../bench/options.ts";
import { overloads } from "../bench/overload.ts";
import { configurations } from "../bench/plan-cases.ts";
import { withRigs } from "../bench/rig.ts";
import type { Results } from "../bench/run.ts";
import {
	buildSubjects,
	type Group,
	names,
	type Subject,
} from "../bench/subjects.ts";
import { zipf } from "../bench/zipf.ts";
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
	it("measures and verifies everything once, and prints and writes it", {
		timeout: 900_000,
	}, async () => {
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
		const { throughput, latency, commit, cost, growth, live } = results;
		const { smallest, targets, plan, overload, client, limit } = results;
		const measured = throughput.map(({ name }) => name);
		const { slow, ...driven } = names;
		expect(measured.toSorted()).toEqual(Object.values(driven).toSorted());
		for (const { name, group, lost, failed, ...figures } of throughput) {
			expect(stdout).toContain(name);
			expect(figures.requestsPerSecond.median, name).toBeGreaterThan(0);
			expect(figures.cpuMicros.median, name).toBeGreaterThan(0);
			if (group !== "rivals") expect([lost, failed], name).toEqual([0, 0]);
		}
		expect(latency?.subjects.map(({ name }) => name)).toEqual([
			names.single,
			names.emptyObject,
		]);
		expect(commit.map(({ disk, connections }) => [disk, connections])).toEqual(
			["this disk", "10 ms more"].flatMap((disk) =>
				[1, 8, 64].map((connections) => [disk, connections]),
			),
		);
		for (const { disk, subjects } of commit)
			for (const { name, p50Ms } of subjects) {
				expect([names.single, names.bareCommit]).toContain(name);
				// No answer comes before its commit.
				if (disk === "10 ms more")
					expect(p50Ms.median, name).toBeGreaterThan(10);
			}
		expect(cost.map(({ name }) => name)).toEqual([
			names.batched,
			names.single,
			slow,
			names.bounded,
			names.bareCommit,
			names.original,
			names.many,
			names.zipf,
			names.past,
			names.pastZipf,
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
		for (const { name, counts } of cost)
			if (name !== names.kv)
				expect(counts.objectDuration, name).toBeGreaterThan(0);
		expect(limit?.seconds.median).toBeGreaterThan(0);
		expect(client.map(({ rate }) => rate)).toEqual([
			100,
			1_000,
			10_000,
			undefined,
		]);
		for (const { countsPerSecond, requestsPerSecond, total } of client) {
			expect(requestsPerSecond).toBeLessThan(25);
			expect(countsPerSecond).toBeGreaterThan(requestsPerSecond);
			expect(total).toBeGreaterThan(0);
		}
		expect(growth?.shards.map(({ size }) => size)).toEqual([1, 4, 16, 64]);
		expect(growth?.names.map(({ size }) => size)).toEqual([10, 1000]);
		expect(live.map(({ viewers }) => viewers)).toEqual([100]);
		expect(live[0]?.messagesPerSecond).toBeGreaterThan(0);
		expect(plan.map(({ name }) => name)).toEqual(
			configurations.map(({ name }) => name),
		);
		// Each request that was sent reached the Worker, and is what is planned for.
		for (const { name, lines } of plan) {
			const [requests] = lines;
			expect(requests?.line).toBe("workerRequests");
			expect(requests?.metered, name).toBeGreaterThan(0);
			// Viewers come once here, and every five minutes in a plan.
			if (!name.includes("viewers"))
				expect(requests?.planned, name).toBeCloseTo(requests?.metered ?? 0, 6);
		}
		// Each is refused, and the nearest after it is not.
		expect(overload.map(({ status }) => status)).toEqual(
			overloads.flatMap(() => [1, 0]),
		);
		for (const { name, begun } of overload)
			expect(begun, name).toBeGreaterThan(0);
		expect(smallest?.gzipBytes).toBeGreaterThan(1_000);
		expect(targets).toHaveLength(22);
		for (const { name } of targets) expect(stdout).toContain(name);
	});

	it.each([
		["cost", "cost measures subjects that count"],
		["all", "--only takes ours, ceilings"],
	])("prints why --only=%s would measure nothing", async (only, why) => {
		const ended = run(process.execPath, [
			join(root, "test/bench/bench.ts"),
			`--only=${only}`,
		]);
		await expect(ended).rejects.toMatchObject({
			code: 2,
			stdout: "",
			stderr: expect.stringContaining(why),
		});
	});

	it("refuses whatever would measure nothing", () => {
		const subject = (name: string, group: Group, counts: number) =>
			({ name, group, counts }) as Subject;
		const all = [
			subject(names.single, "ours", 1),
			subject(names.readKv, "ours", 0),
			subject(names.emptyObject, "ceilings", 0),
		];
		const choose = (only: Part[], match = /./) =>
			chosen(all, { only: new Set(only), match }).map(({ name }) => name);
		expect(() => choose(["ours"], /nothing/)).toThrow("matches /nothing/");
		expect(() => choose(["rivals", "live"])).toThrow("No subject of --only");
		expect(() => choose(["ours", "cost"], /GET/)).toThrow(
			"subjects that count",
		);
		expect(() => choose(["ceilings", "latency"])).toThrow(names.single);
		expect(choose(["ours", "cost"], /single/)).toEqual([names.single]);
		expect(choose(["ours", "ceilings", "latency"])).toHaveLength(3);
		expect(choose(["growth", "commit"])).toEqual([]);
	});

	it("draws names in proportion to one over their rank, the same each time", () => {
		const draws = Array.from({ length: 2 }, () => {
			const draw = zipf(10_000, 1, 1);
			return Array.from({ length: 100_000 }, () => draw());
		});
		expect(draws[0]).toEqual(draws[1]);
		const times = (rank: number) =>
			draws[0]?.filter((one) => one === rank - 1).length ?? 0;
		// The sum of 1 / n up to 10,000 is 9.79.
		expect(times(1) / 10_217).toBeCloseTo(1, 1);
		expect(times(1) / times(2)).toBeCloseTo(2, 0);
		expect(times(1) / times(10)).toBeCloseTo(10, -1);
		expect(Math.max(...(draws[0] ?? []))).toBeLessThan(10_000);
	});

	it("fails if a Worker that is not a rival loses a count", async () => {
		const { dir } = await Project.create({ packages: false });
		const { signal } = new AbortController();
		const subjects = await buildSubjects(dir, signal);
		const losing = subjects.filter(({ name }) => name === names.kv);
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
