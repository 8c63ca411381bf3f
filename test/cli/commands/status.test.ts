import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { run } from "../../../cli/program.ts";
import { readAnswer } from "../../support/answers.ts";
import { finish } from "../../support/finish.ts";
import { runCli } from "../../support/run.ts";
import {
	asOf,
	env,
	NamespaceServer,
	numbered,
	type Trouble,
} from "../transfer/namespace-server.ts";

const totals: [string, number][] = [
	["a", 12],
	["__proto__", 30],
	["esc\u001b[2J", -5],
];

test("shows totals, shards and writes in short tables", async () => {
	const { url } = await new NamespaceServer(totals).start();
	const { status, stdout, stderr } = await runCli(["status", url], { env });
	expect(stdout).toBe(`${url}

  shards hold   2  not in the global totals yet
  global       37  in 3 counters
  kv           37  published 0.0 s ago

shards
  shard0  2  unflushed in 1 counters, flushed not that the write log knows
  shard1  0  unflushed in 0 counters, flushed 4.0 s ago

greatest totals
  __proto__  30
  a          12
  esc\ufffd[2J    -5

last writes
  shard1 writeToGlobal, afterNoRequest, 1 counters, 4.0 s ago
`);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("shows today and this hour beside the totals, where these are kept", async () => {
	const past = { hour: 2, day: 7 };
	const { url } = await new NamespaceServer(totals, { past }).start();
	const { stdout } = await runCli(["status", url], { env });
	expect(stdout).toContain("\n  __proto__  30  7 today, 2 this hour\n");
	const json = await runCli(["status", url, "--json", "--top", "1"], { env });
	expect(readAnswer("Standing", json.stdout).top).toEqual([
		{ counter: "__proto__", value: 30, today: 7, thisHour: 2 },
	]);
	const days = await new NamespaceServer(totals, { past: { day: 7 } }).start();
	expect((await runCli(["status", days.url], { env })).stdout).toContain(
		"\n  a          12  7 today\n",
	);
});

test("shows what limits leave beside the totals, where there are any", async () => {
	const shown = async (left: NonNullable<Trouble["left"]>) => {
		const { url } = await new NamespaceServer(totals, { left }).start();
		return (await runCli(["status", url], { env })).stdout;
	};
	expect(await shown({ remaining: 70, per: null })).toContain(
		"\n  __proto__  30  70 left\n",
	);
	expect(await shown({ remaining: 0, per: "month" })).toContain(
		"\n  a          12  0 left this month\n",
	);
	expect(await shown({ remaining: null, per: null })).toContain(
		"\n  a          12  no limit\n",
	);
	const left = { remaining: 70, per: "day" };
	const { url } = await new NamespaceServer(totals, { left }).start();
	const json = await runCli(["status", url, "--json", "--top", "1"], { env });
	expect(readAnswer("Standing", json.stdout).top).toEqual([
		{ counter: "__proto__", value: 30, left },
	]);
});

test("tells KV that something else wrote from KV never published", async () => {
	const written = await new NamespaceServer(totals, { undated: true }).start();
	const { stdout } = await runCli(["status", written.url], { env });
	expect(stdout).toContain(
		"\n  kv           37  not published by the global object: KV holds what something else wrote\n",
	);
	const empty = await new NamespaceServer([], { undated: true }).start();
	const never = await runCli(["status", empty.url], { env });
	expect(never.stdout).toContain("\n  kv           0  never published\n");
});

test("asks the server on this machine where no other is named", async () => {
	// One may happen to run there or not.
	const { stdout, stderr } = await runCli(["status"], { env });
	expect(stdout + stderr).toContain("http://localhost:8787");
});

test("has the terminal obey nothing that a server answers", async () => {
	const write = { shardName: "\u001b]0;x\u0007", event: "\u001b[2J" };
	const { url } = await new NamespaceServer(totals, { write }).start();
	const { stdout } = await runCli(["status", url], { env });
	expect(stdout).toContain(
		"\n  \ufffd]0;x\ufffd writeToGlobal, \ufffd[2J, 1 counters",
	);
});

test("says of a moment that is none that this is no namespace", async () => {
	const write = { timestamp: -9e15 };
	const { url } = await new NamespaceServer(totals, { write }).start();
	const { status, stderr } = await runCli(["status", url], { env });
	expect(stderr).toContain("[not-a-counter-server]");
	expect(status).toBe(2);
});

test("answers in JSON, with the greatest of many totals", async () => {
	const server = await new NamespaceServer(numbered(50_000)).start();
	const argv = ["status", server.url, "--top", "2", "--json"];
	const { status, stdout } = await runCli(argv, { env });
	const sums = { asOf, counters: 50_000, sum: "1249975000" };
	expect(readAnswer("Standing", stdout)).toEqual({
		ok: true,
		diagnostics: [],
		warnings: [],
		url: server.url,
		global: sums,
		kv: sums,
		top: [
			{ counter: "n49999", value: 49_999 },
			{ counter: "n49998", value: 49_998 },
		],
		shards: [
			{ counters: 1, sum: "2", flushedAt: null },
			{ counters: 0, sum: "0", flushedAt: Date.parse(asOf) - 4_000 },
		],
		writes: [
			{
				cmd: "writeToGlobal",
				event: "afterNoRequest",
				shardName: "shard1",
				counters: 1,
				timestamp: Date.parse(asOf) - 4_000,
			},
		],
	});
	expect(status).toBe(0);
});

test("shows what is known where a shard does not answer", async () => {
	const shards = { unreachable: ["shard1"], known: { shard0: { a: 2, b: 3 } } };
	const { url } = await new NamespaceServer(totals, { shards }).start();
	const { status, stdout } = await runCli(["status", url], { env });
	expect(stdout).toContain(`
  shards hold   5  or more, not in the global totals yet
`);
	expect(stdout).toContain(`
shards
  shard0  5  unflushed in 2 counters, flushed not that the write log knows
  shard1  ?  does not answer, flushed 4.0 s ago

`);
	expect(status).toBe(0);
});

test("shows how many counters shards hold where these are too many", async () => {
	const shards = { unreachable: ["shard3"], held: { shard2: 90_000 } };
	const { url } = await new NamespaceServer(totals, { shards }).start();
	const { stdout } = await runCli(["status", url, "--json"], { env });
	const flushedAt = null;
	expect(readAnswer("Standing", stdout).shards).toEqual([
		{ counters: 0, sum: "0", flushedAt },
		{ counters: 0, sum: "0", flushedAt: Date.parse(asOf) - 4_000 },
		{ counters: 90_000, sum: null, flushedAt },
		{ counters: null, sum: null, flushedAt },
	]);
});

test("names the disk if that is full, beside what can be read", async () => {
	const shards = { type: "urn:problem-type:counter-gen:storage-full" };
	const { url } = await new NamespaceServer(totals, { shards }).start();
	const { status, stdout } = await runCli(["status", url], { env });
	expect(stdout).toContain(`  the disk that ${url} keeps its counts on is full
`);
	expect(stdout).toMatch(/shards hold +\?/);
	expect(stdout).toMatch(/global +37 /);
	expect(status).toBe(1);
	const json = await runCli(["status", url, "--json"], { env });
	expect(readAnswer("Standing", json.stdout)).toMatchObject({
		ok: false,
		diagnostics: [{ code: "storage-full" }],
		shards: [],
	});
});

test("asks for the admin token", async () => {
	const { url } = await new NamespaceServer(totals).start();
	const { status, stdout, stderr } = await runCli(["status", url]);
	expect(stderr).toContain("fix: set COUNTER_ADMIN_TOKEN");
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

test("--watch draws again, also after a failure, until Ctrl-C", async () => {
	const stop = new AbortController();
	const server = await new NamespaceServer(totals, {
		// Two pages a view: the second view fails.
		page: (n) => (n === 3 ? 503 : undefined),
		onPage: (n, totals) => n === 5 && totals.set("a", 7_654_321),
	}).start();
	const views: string[] = [];
	const stdout = new Writable({
		decodeStrings: false,
		write(view, _, done) {
			views.push(view);
			if (view.includes("7654321")) stop.abort();
			done();
		},
	});
	const terminal = Object.assign(stdout, { isTTY: true });
	const { status, stderr } = await finish(
		(io) => run(["status", server.url, "--watch"], { ...io, stdout: terminal }),
		{ env: { ...env, NO_COLOR: "1" }, signal: stop.signal },
	);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(views.length, views.join("")).toBe(3);
	for (const view of views) expect(view).toContain("\u001b[2J\u001b[Hhttp");
	expect(views[0]).not.toContain("not up to date");
	expect(views[1]).toContain("\nnot up to date: GET ");
	expect(views[2]).not.toContain("not up to date");
});

test.each([
	[["--watch"], "--watch draws on a terminal"],
	[["--top", "0"], "It takes a whole number from 1 to 1000"],
])("refuses %j before any request", async (words, complaint) => {
	const server = await new NamespaceServer(totals).start();
	const { status, stderr } = await runCli(["status", server.url, ...words], {
		env,
	});
	expect(stderr).toContain(complaint);
	expect(status).toBe(2);
	expect(server.seen).toEqual([]);
});
