import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CounterGenError, type Diagnostic } from "../../../cli/errors.ts";
import {
	type Lock,
	readLock,
	serializeLock,
} from "../../../cli/generator/lock.ts";
import { Project } from "../../support/output.ts";

const abc =
	"sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

const names = { class: "C", binding: "X_DO", kvPrefix: "x", mount: "/x" };

const empty: Lock = { version: 1, outputs: {}, namespaces: {} };

async function problem(text: string): Promise<Diagnostic | undefined> {
	const project = new Project();
	project.write("counters.lock.json", text);
	return problemOf(project);
}

async function problemOf(project: Project): Promise<Diagnostic | undefined> {
	const { lockFile, cwd } = project.target;
	const error = await readLock(lockFile, cwd).catch((error) => error);
	expect(error).toBeInstanceOf(CounterGenError);
	return (error as CounterGenError).diagnostics[0];
}

describe("the lock as text", () => {
	it("is the same whatever order its entries came in", () => {
		const one = { ...names, class: "One", shardCounts: [2], reshardings: 0 };
		const two = {
			reshardings: 2,
			shardCounts: [9, 4],
			...names,
			class: "Two",
		};
		const forwards: Lock = {
			version: 1,
			outputs: { a: { "x.ts": abc, "y.ts": abc }, b: {} },
			namespaces: { one, two },
		};
		const backwards: Lock = {
			namespaces: {
				two: { ...two },
				one,
			},
			outputs: { b: {}, a: { "y.ts": abc, "x.ts": abc } },
			version: 1,
		};
		expect(serializeLock(backwards)).toBe(serializeLock(forwards));
		expect(serializeLock(forwards)).toMatchInlineSnapshot(`
			"{
				"namespaces": {
					"one": {
						"binding": "X_DO",
						"class": "One",
						"kvPrefix": "x",
						"mount": "/x",
						"reshardings": 0,
						"shardCounts": [2]
					},
					"two": {
						"binding": "X_DO",
						"class": "Two",
						"kvPrefix": "x",
						"mount": "/x",
						"reshardings": 2,
						"shardCounts": [9, 4]
					}
				},
				"outputs": {
					"a": {
						"x.ts": "sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
						"y.ts": "sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
					},
					"b": {}
				},
				"version": 1
			}
			"
		`);
	});

	it("suits Biome as it is written", () => {
		const text = serializeLock({
			version: 1,
			outputs: { generated: { "src/index.ts": abc }, other: {} },
			namespaces: {
				metrics: {
					class: "Metrics",
					binding: "METRICS_DO",
					kvPrefix: 'a,1"[',
					mount: "/",
					shardCounts: [4, 2],
					reshardings: 1,
					earlierKeys: ["stats", "counts"],
					earlierKvPrefixes: ["x,1", 'a"]'],
				},
			},
		});
		const formatted = execFileSync(
			"node_modules/.bin/biome",
			["format", "--stdin-file-path=counters.lock.json"],
			{ input: text, encoding: "utf8", cwd: `${import.meta.dirname}/../../..` },
		);
		expect(formatted).toBe(text);
	});

	it("survives a round trip with names that objects have already", async () => {
		const project = new Project();
		const odd = ["__proto__", "constructor", "toString", "7"];
		const text = serializeLock({
			version: 1,
			outputs: Object.fromEntries(
				odd.map((name) => [name, Object.fromEntries([[name, abc]])]),
			),
			namespaces: Object.fromEntries(
				odd.map((key) => [key, { ...names, shardCounts: [3], reshardings: 0 }]),
			),
		});
		project.write("counters.lock.json", text);
		const { lockFile, cwd } = project.target;
		const lock = await readLock(lockFile, cwd);

		expect(serializeLock(lock)).toBe(text);
		expect(Object.keys(lock.namespaces).sort()).toEqual([...odd].sort());
		for (const name of odd) {
			expect(lock.outputs[name]?.[name]).toBe(abc);
			expect(lock.namespaces[name]).toEqual({
				...names,
				shardCounts: [3],
				reshardings: 0,
			});
		}
		expect(lock.namespaces.hasOwnProperty).toBeUndefined();
	});
});

describe("reading the lock", () => {
	it("takes a missing file for an empty lock", async () => {
		const { lockFile, cwd } = new Project().target;
		expect(serializeLock(await readLock(lockFile, cwd))).toBe(
			'{\n\t"namespaces": {},\n\t"outputs": {},\n\t"version": 1\n}\n',
		);
	});

	it("names the line of broken JSON", async () => {
		expect(await problem('{\n\t"version": 1,\n}\n')).toMatchObject({
			code: "lock-broken",
			what: expect.stringContaining("is not JSON"),
			fix: expect.stringContaining("version control"),
			where: { file: "counters.lock.json", line: 3 },
		});
	});

	it.each(["", "{", "null", "[]", '"lock"', "{}"])(
		"refuses %j",
		async (text) => {
			expect(await problem(text)).toMatchObject({ code: "lock-broken" });
		},
	);

	it("names the line of a merge conflict", async () => {
		const text =
			'{\n<<<<<<< HEAD\n\t"version": 1\n=======\n\t"version": 1\n>>>>>>> x\n}';
		expect(await problem(text)).toMatchObject({
			code: "lock-merge-conflict",
			fix: expect.stringContaining("shardCounts"),
			where: { file: "counters.lock.json", line: 2 },
		});
	});

	it("refuses a lock of a newer version, whatever its shape", async () => {
		expect(await problem('{ "version": 2, "files": [] }')).toMatchObject({
			code: "lock-too-new",
			fix: expect.stringContaining("Update counter-gen"),
		});
	});

	it.each([
		["outputs", { outputs: [] }],
		["outputs", { outputs: { generated: { "../x": abc } } }],
		["outputs", { outputs: { generated: { "/etc/x": abc } } }],
		["outputs", { outputs: { generated: { x: "sha256-short" } } }],
		[
			"namespaces",
			{ namespaces: { a: { ...names, shardCounts: [0], reshardings: 0 } } },
		],
		[
			"namespaces",
			{ namespaces: { a: { ...names, shardCounts: [], reshardings: 0 } } },
		],
		["namespaces", { namespaces: { a: names } }],
		[
			"namespaces",
			{ namespaces: { a: { class: "A", shardCounts: [3], reshardings: 0 } } },
		],
		["namespaces", JSON.parse('{ "namespaces": { "__proto__": 1 } }')],
	])("refuses a wrong shape under %s: %j", async (key, part) => {
		const lock = { version: 1, outputs: {}, namespaces: {}, ...part };
		const text = JSON.stringify({ ...lock });
		expect(await problem(text)).toMatchObject({
			code: "lock-broken",
			what: `counters.lock.json is not what counter-gen writes under "${key}".`,
		});
	});

	it.each([
		["a folder", (file: string) => mkdirSync(file)],
		["a pipe", (file: string) => execFileSync("mkfifo", [file])],
		["a link", (file: string) => symlinkSync("elsewhere.json", file)],
	])("does not take %s for the lock", async (_, make) => {
		const project = new Project();
		project.write("elsewhere.json", serializeLock(empty));
		make(project.target.lockFile);
		expect(await problemOf(project)).toMatchObject({
			code: "lock-broken",
			what: "counters.lock.json is a link, a folder or a device, not a file.",
		});
	});

	it("says why a lock cannot be read", async () => {
		const project = new Project();
		project.write("file", "");
		const error = await readLock(
			project.path("file/counters.lock.json"),
			project.cwd,
		).catch((error) => error);
		expect(error.diagnostics).toMatchObject([
			{
				code: "lock-broken",
				what: "file/counters.lock.json cannot be read: not a directory.",
			},
		]);
	});
});
