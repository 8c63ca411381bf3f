import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCli } from "../../support/run.ts";
import { CounterServer } from "../load/counter-server.ts";

test("verifies with the token that dev left beside the configuration", async () => {
	const cwd = await mkdtemp(join(tmpdir(), "counter-gen-"));
	onTestFinished(() => rm(cwd, { recursive: true }));
	await mkdir(join(cwd, "generated"));
	await writeFile(
		join(cwd, "generated/.dev.vars"),
		'COUNTER_ADMIN_TOKEN="from-dev"\n',
	);
	const server = await new CounterServer({ token: "from-dev" }).start();

	const { status, stdout, stderr } = await runCli(
		["load", server.url, "--requests", "100", "--json"],
		{ cwd },
	);
	const answer = JSON.parse(stdout);
	expect(answer).toEqual({
		ok: true,
		diagnostics: [],
		warnings: [],
		url: server.url,
		counter: "load-test",
		batch: null,
		rate: null,
		requests: 100,
		acknowledged: 100,
		limited: 0,
		refused: 0,
		indeterminate: 0,
		seconds: expect.any(Number),
		requestsPerSecond: expect.any(Number),
		countsPerSecond: expect.any(Number),
		latencyMs: {
			min: expect.any(Number),
			p50: expect.any(Number),
			p90: expect.any(Number),
			p99: expect.any(Number),
			p99_9: expect.any(Number),
			max: expect.any(Number),
		},
		histogram: expect.any(Array),
		failures: [],
		// A slow machine takes long enough for that to be measured.
		driverRequestsPerSecond: answer.seconds < 1 ? null : expect.any(Number),
		verification: {
			read: "global",
			counter: "load-test",
			before: 0,
			after: 100,
			expected: { min: 100, max: 100 },
			counters: 1,
			wrong: 0,
			ok: true,
		},
	});
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("says how to start a server where none answers", async () => {
	const server = await new CounterServer({}).start();
	server.stop();
	const { status, stdout, stderr } = await runCli(["load", server.url]);
	expect(stderr).toContain(
		`error [server-unreachable] no answer from ${server.url} (connection refused)`,
	);
	expect(stderr).toContain(
		"fix: start it with `npm start` or `npm run cg -- dev`",
	);
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

test.each([
	[[], "missing required argument 'url'"],
	[["localhost:port"], "[bad-url]"],
	[["me:secret@localhost"], "[bad-url]"],
	[["ftp://localhost"], "[bad-url]"],
	[["http://me:secret@localhost"], "[bad-url]"],
	[["http://localhost/?a=b"], "[bad-url]"],
	[["URL", "--requests", "1.5"], "It takes a whole number from 1 to"],
	[["URL", "--requests", "0"], "It takes a whole number from 1 to"],
	[["URL", "--concurrency", "many"], "It takes a whole number from 1 to"],
	[["URL", "--concurrency", "-1"], "It takes a whole number from 1 to"],
	[["URL", "--by", ""], "It takes a whole number from"],
	[["URL", "--by", "0"], "--by 0 adds nothing"],
	[["URL", "--by", "1000000000", "--requests", "1000000000"], "past 2^53"],
	[["URL", "--verify", "guess"], "Allowed choices are kv, global"],
	[["URL", "--counter", ".."], "a name that fits in a URL path"],
	[["URL", "--rate", "0"], "It takes a whole number from 1 to"],
	[["URL", "--rate", "0.5"], "It takes a whole number from 1 to"],
	[["URL", "--batch", "0"], "It takes a whole number from 1 to 10000"],
	[["URL", "--batch", "10001"], "It takes a whole number from 1 to 10000"],
	[["URL", "--duration", "0"], "It takes a time above 0"],
	[["URL", "--duration", "0s"], "It takes a time above 0"],
	[["URL", "--duration", "soon"], "It takes a time above 0"],
	[["URL", "--duration", "25h"], "It takes a time above 0"],
	[
		["URL", "--duration", "5s", "--requests", "9"],
		"[bad-option] --requests and",
	],
])("refuses %j before any request", async (words, complaint) => {
	const server = await new CounterServer({}).start();
	const argv = words.map((word) => (word === "URL" ? server.url : word));
	const { status, stdout, stderr } = await runCli(["load", ...argv]);
	expect(stderr).toContain(complaint);
	expect(stderr).not.toContain("secret");
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
	expect(server.seen).toEqual([]);
});

test("its help has an example to paste", async () => {
	const { status, stdout } = await runCli(["load", "--help"]);
	expect(stdout).toContain(
		"$ npm run cg -- load http://localhost:8787 --requests 5000 --concurrency 64",
	);
	expect(status).toBe(0);
});
