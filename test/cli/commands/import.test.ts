import { describe, expect, test } from "vitest";
import { readAnswer } from "../../support/answers.ts";
import { runCli } from "../../support/run.ts";
import { bring, huge, start } from "../transfer/bring.ts";
import { env, ndjson, numbered } from "../transfer/namespace-server.ts";

const many = numbered(50_000);

describe("import", () => {
	test("adds 50,000 counters in requests of 10,000, and verifies", async () => {
		const server = await start([["n00001", 5]]);
		const { status, stdout } = await bring(server, ndjson(many));
		expect(stdout).toBe(
			"imported 50000 counters, sum 1249975000\nverified: the exact totals rose by exactly these values\n",
		);
		expect(status).toBe(0);
		const sizes = server.imports.map(({ moves }) => Object.keys(moves).length);
		expect(sizes).toEqual([10_000, 10_000, 10_000, 10_000, 10_000]);
		const keys = server.imports.map(({ key }) => key);
		expect(new Set(keys).size).toBe(5);
		expect(server.totals).toEqual(new Map([...many, ["n00001", 6]]));
	});

	test("reads stdin, any name, empty lines, and a last line without an end", async () => {
		const server = await start();
		const { status, stdout } = await runCli(["import", server.url, "--json"], {
			env,
			stdin:
				'\ufeff{"counter":"__proto__","value":-1}\r\n\n{"value":2,"counter":"ü"}',
		});
		expect(readAnswer("Imported", stdout)).toEqual({
			ok: true,
			diagnostics: [],
			warnings: [],
			url: server.url,
			mode: "add",
			counters: 2,
			sum: "1",
			requests: 1,
			repeated: 0,
			wrong: 0,
			higher: 0,
			differences: [],
		});
		expect(status).toBe(0);
		expect([...server.totals]).toEqual([
			["__proto__", -1],
			["ü", 2],
		]);
	});

	test("registers a counter of 0, and takes a file of none", async () => {
		const server = await start();
		expect((await bring(server, "")).stdout).toContain("0 counters, sum 0");
		expect(server.imports).toEqual([]);
		await bring(server, ndjson([["zero", 0]]));
		expect([...server.totals]).toEqual([["zero", 0]]);
	});

	test("sends no request whose numbers add up to more than 2^53 - 1", async () => {
		const totals: [string, number][] = [
			["a", huge],
			["b", -huge],
			["c", 1],
			["d", huge - 1],
		];
		const server = await start();
		const { status, stdout } = await bring(server, ndjson(totals));
		expect(stdout).toContain("verified");
		expect(status).toBe(0);
		expect(server.imports.map(({ moves }) => moves)).toEqual([
			{ a: huge },
			{ b: -huge },
			{ c: 1, d: huge - 1 },
		]);
	});
});

describe("import --mode replace", () => {
	const file = ndjson([
		["a", 5],
		["b", -huge],
		["c", 0],
		["new", 0],
	]);

	test("adds what is missing, and leaves the rest alone", async () => {
		const server = await start([
			["a", 7],
			["b", huge],
			["c", 0],
			["other", 9],
		]);
		const { status, stdout } = await bring(server, file, ["--mode", "replace"]);
		expect(stdout).toBe(
			`imported 4 counters, sum ${5 - huge}\nverified: the exact totals are these values\n`,
		);
		expect(status).toBe(0);
		expect(Object.fromEntries(server.totals)).toEqual({
			a: 5,
			b: -huge,
			c: 0,
			other: 9,
			new: 0,
		});
		const moved = server.imports.map(({ moves }) => moves);
		expect(moved).toEqual([{ a: -2 }, { b: -huge }, { b: -huge, new: 0 }]);
	});

	test("goes the longest way there is, in two requests", async () => {
		const server = await start([["b", huge]]);
		const text = ndjson([["b", -huge]]);
		const { status } = await bring(server, text, ["--mode", "replace"]);
		expect(status).toBe(0);
		expect(server.totals.get("b")).toBe(-huge);
	});

	test("does the same again when the totals have moved back", async () => {
		const server = await start([["a", 7]]);
		for (let n = 0; n < 3; n++) {
			const { status } = await bring(server, file, ["--mode", "replace"]);
			expect(status).toBe(0);
			expect(server.totals.get("a")).toBe(5);
			server.totals.set("a", 7);
		}
	});
});

test.each([
	[["--mode", "merge"], "Allowed choices are add, replace"],
	[["second"], "too many arguments"],
])("import refuses %j before any request", async (words, complaint) => {
	const server = await start();
	const { status, stderr } = await bring(server, "", words);
	expect(stderr).toContain(complaint);
	expect(status).toBe(2);
	expect(server.seen).toEqual([]);
});
