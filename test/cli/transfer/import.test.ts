import { describe, expect, test } from "vitest";
import { readAnswer } from "../../support/answers.ts";
import { bring, huge, start } from "./bring.ts";
import { ndjson, numbered } from "./namespace-server.ts";

const many = numbered(50_000);

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
	});

	test("has no such route is none that counts", async () => {
		const server = await start([], { import: () => 404 });
		const { status, stderr } = await bring(server, ndjson(many));
		expect(stderr).toContain("[not-a-counter-server]");
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

	test("is wrong shows its name, and has the terminal obey nothing", async () => {
		const server = await start([], { excess: { "a\u001b[2J": 3 } });
		const file = ndjson([["a\u001b[2J", 7]]);
		const { stdout } = await bring(server, file, ["--mode", "replace"]);
		expect(stdout).toContain("should be: a\ufffd[2J is 10, should be 7");
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
