import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAnswer } from "../../support/answers.ts";
import { temporaryDirectory } from "../../support/config.ts";
import type { Surroundings } from "../../support/finish.ts";
import { runCli } from "../../support/run.ts";
import {
	env,
	NamespaceServer,
	ndjson,
	numbered,
	type Trouble,
} from "../transfer/namespace-server.ts";

const huge = Number.MAX_SAFE_INTEGER;
const many = numbered(50_000);

function start(
	totals: Iterable<readonly [string, number]> = [],
	trouble?: Trouble,
): Promise<NamespaceServer> {
	return new NamespaceServer(totals, trouble).start();
}

/** Runs an import of `text`, from a file called `file`. */
function bring(
	{ url }: NamespaceServer,
	text: string | Buffer,
	words: readonly string[] = [],
	surroundings: Partial<Surroundings> = {},
) {
	const cwd = temporaryDirectory();
	writeFileSync(join(cwd, "file"), text);
	const argv = ["import", url, "file", ...words];
	return runCli(argv, { cwd, env, ...surroundings });
}

function line(value: unknown): string {
	return `${JSON.stringify(value)}\n`;
}

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
		await bring(server, line({ counter: "zero", value: 0 }));
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

describe("a bad file", () => {
	test.each([
		["{", "the line is not a JSON object"],
		["[]", "the line is not a JSON object"],
		["null", "the line is not a JSON object"],
		["7", "the line is not a JSON object"],
		[line({ value: 1 }), "`counter` is not a name"],
		[line({ counter: "", value: 1 }), "`counter` is not a name"],
		[line({ counter: 7, value: 1 }), "`counter` is not a name"],
		['{"counter":"\\ud800","value":1}', "`counter` is not a name"],
		[line({ counter: "x" }), "`value` is not a whole number"],
		[line({ counter: "x", value: "1" }), "`value` is not a whole number"],
		[line({ counter: "x", value: 0.5 }), "`value` is not a whole number"],
		['{"counter":"x","value":9007199254740992}', "within ±(2^53 − 1)"],
		['{"counter":"x","value":-9007199254740993}', "within ±(2^53 − 1)"],
		['{"counter":"x","value":1e309}', "within ±(2^53 − 1)"],
		[line({ counter: "x", value: 1, by: 2 }), 'the line has a key "by"'],
		[line({ counter: "x".repeat(70_000), value: 1 }), "or too long"],
		[Buffer.from([0x22, 0xff, 0x22]), "the line is not UTF-8"],
	])("with the line %s is refused before any request", async (bad, what) => {
		const server = await start();
		const text = Buffer.concat([
			Buffer.from(ndjson(many.slice(0, 2))),
			Buffer.from(bad),
		]);
		const { status, stdout, stderr } = await bring(server, text);
		expect(stderr).toContain("file:3 error [bad-line] ");
		expect(stderr).toContain(what);
		expect(stderr).toContain('fix: a line is {"counter":"signups","value":42}');
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(server.seen).toEqual([]);
	});

	test("names the first ten bad lines, and each counter that comes twice", async () => {
		const server = await start();
		const { stdout } = await bring(
			server,
			`${ndjson([["a", 1]])}\n${ndjson([["a", 2]])}${"bad\n".repeat(20)}`,
			["--json"],
		);
		const { diagnostics } = readAnswer("Answer", stdout);
		expect(diagnostics).toHaveLength(10);
		expect(diagnostics[0]).toMatchObject({
			code: "duplicate-counter",
			what: '"a" stands on line 1, too',
			where: { file: "file", line: 3 },
		});
		expect(diagnostics[9]).toMatchObject({ where: { line: 12 } });
		expect(server.seen).toEqual([]);
	});

	test("on stdin is refused alike", async () => {
		const server = await start();
		const { status, stderr } = await runCli(["import", server.url], {
			env,
			stdin: "bad",
		});
		expect(stderr).toContain("(stdin):1 error [bad-line]");
		expect(status).toBe(2);
		expect(server.seen).toEqual([]);
	});

	test.each([
		["nowhere", "[file-not-found] nowhere cannot be read: no such file"],
		[".", "[not-a-file] . cannot be read: illegal operation on a directory"],
	])("that is %s is told", async (file, complaint) => {
		const server = await start();
		const { status, stderr } = await runCli(["import", server.url, file], {
			env,
		});
		expect(stderr).toContain(complaint);
		expect(status).toBe(2);
		expect(server.seen).toEqual([]);
	});
});

describe("a namespace that", () => {
	test("loses an answer is asked again under the same key", async () => {
		const server = await start([], {
			import: (n) => (n === 2 ? "lost" : undefined),
		});
		const { status, stdout } = await bring(server, ndjson(many));
		expect(stdout).toContain("10000 of them had been counted already");
		expect(stdout).toContain("verified");
		expect(status).toBe(0);
		expect(server.imports).toHaveLength(6);
		expect(server.imports[2]).toEqual(server.imports[1]);
		expect(server.totals).toEqual(new Map(many));
	});

	test("refuses half way says which lines were counted", async () => {
		const server = await start([], {
			import: (n) => (n === 3 ? 400 : undefined),
		});
		const { status, stdout, stderr } = await bring(server, ndjson(many));
		expect(stderr).toContain("/global/import answered 400: not this time");
		expect(stderr).toContain(
			"why: lines 1 to 20000 were counted, later ones perhaps",
		);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(server.imports).toHaveLength(3);
	});

	test("goes away is told how to go on", async () => {
		const server = await start([], { import: () => "lost" });
		const { status, stderr } = await bring(server, ndjson(many));
		expect(stderr).toContain("[server-unreachable]");
		expect(stderr).toContain("why: no line was counted for certain, later");
		expect(stderr).toContain("then run the same command on the same file");
		expect(status).toBe(2);
		expect(new Set(server.imports.map(({ key }) => key)).size).toBe(1);
	}, 15_000);

	test("is older than the route is told to be deployed again", async () => {
		const server = await start([], { import: () => 404 });
		const { status, stderr } = await bring(server, ndjson(many));
		expect(stderr).toContain("[worker-too-old]");
		expect(status).toBe(2);
	});

	test("does not take the token is asked for nothing else", async () => {
		const server = await start();
		const wrong = { env: { COUNTER_ADMIN_TOKEN: "wrong" } };
		const { status, stderr } = await bring(server, ndjson(many), [], wrong);
		expect(stderr).toContain("answered 401: not the token");
		expect(stderr).toContain("fix: set COUNTER_ADMIN_TOKEN");
		expect(status).toBe(2);
		expect(server.imports).toEqual([]);
	});

	test("has lost counts fails the verification, with ten names", async () => {
		const excess = Object.fromEntries(
			many.slice(1, 13).map(([name]) => [name, -1]),
		);
		const server = await start([], { excess });
		const argv = ["--json"];
		const { status, stdout } = await bring(server, ndjson(many), argv);
		const answer = readAnswer("Imported", stdout);
		expect(answer).toMatchObject({ ok: false, wrong: 12, higher: 0 });
		expect(answer.diagnostics[0]?.code).toBe("not-verified");
		expect(answer.diagnostics[0]?.what).toContain(
			"12 counters are not what they should be: n00001 is 0, should be 1; ",
		);
		expect(answer.differences).toHaveLength(10);
		expect(status).toBe(1);
	});

	test("counts more meanwhile is verified as far as that can be", async () => {
		const trouble = { excess: { n00007: 3 } };
		const server = await start([], trouble);
		const { status, stdout, stderr } = await bring(server, ndjson(many));
		expect(stderr).toContain(
			"warning [counted-meanwhile] 1 counter is higher than the import alone would make it: n00007 is 10, should be 7",
		);
		expect(stdout).toContain("rose by no less than these values");
		expect(status).toBe(0);

		const exactly = await start([], trouble);
		const argv = ["--mode", "replace"];
		const replaced = await bring(exactly, ndjson(many), argv);
		expect(replaced.stdout).toContain(
			"not verified: 1 counter is not what it should be: n00007 is 10, should be 7\nhint: others count",
		);
		expect(replaced.status).toBe(1);
	});

	test("has no room for a sum gets nothing", async () => {
		const server = await start([["n00002", huge - 1]]);
		const { status, stderr } = await bring(server, ndjson(many));
		expect(stderr).toContain(
			`[beyond-range] n00002 is ${huge - 1}; with 2 more it would pass`,
		);
		expect(status).toBe(2);
		expect(server.imports).toEqual([]);
	});
});

describe("an interrupted import", () => {
	test.each(["add", "replace"])(
		"with --mode %s counts once when it is started again",
		async (mode) => {
			const stop = new AbortController();
			// The third request is counted, and its answer never comes.
			const server = await start([], {
				import: (n) => {
					if (n !== 3) return undefined;
					setTimeout(() => stop.abort(), 50);
					return "lost";
				},
			});
			const { signal } = stop;
			const argv = ["--mode", mode];
			const first = await bring(server, ndjson(many), argv, { signal });
			expect(first.stderr).toContain(
				"[interrupted] interrupted: lines 1 to 20000 were counted; run the same",
			);
			expect(first.status).toBe(130);
			expect(server.totals.size).toBe(30_000);

			const second = await bring(server, ndjson(many), argv);
			expect(second.stdout).toContain("imported 50000 counters");
			expect(second.stdout).toContain("verified: ");
			expect(second.status).toBe(0);
			expect(server.totals).toEqual(new Map(many));
		},
	);

	test("is not verified if the counters were reset since", async () => {
		const server = await start();
		await bring(server, ndjson(many));
		server.totals.clear();
		const { status, stdout } = await bring(server, ndjson(many));
		expect(stdout).toContain("50000 of them had been counted already");
		expect(stdout).toContain(
			"not verified: 49999 counters are not what they should be: n00001 is 0, should be 1;",
		);
		expect(status).toBe(1);
		const anew = await bring(server, ndjson(many), ["--mode", "replace"]);
		expect(anew.status).toBe(0);
		expect(server.totals).toEqual(new Map(many));
	});

	test("counts anew with another file", async () => {
		const server = await start();
		await bring(server, ndjson([["a", 1]]));
		await bring(server, `${ndjson([["a", 1]])}\n`);
		expect(server.totals.get("a")).toBe(2);
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
