import { expect, test } from "vitest";
import { loadBriefly } from "./brief.ts";
import { CounterServer } from "./counter-server.ts";

const token = "s3cret-token";
const env = { COUNTER_ADMIN_TOKEN: token };
const few = ["--requests", "200", "--concurrency", "8"];

test("an honest server is verified against its global total", async () => {
	const server = await new CounterServer({ token }).start();
	const { status, stdout, stderr } = await loadBriefly([server.url, ...few], {
		env,
	});

	expect(stdout).toMatch(/^requests {6}200 in [\d.]+ s, \d+\/s$/m);
	expect(stdout).toMatch(/^acknowledged {2}200$/m);
	expect(stdout).toMatch(/^failed {8}0$/m);
	expect(stdout).toMatch(
		/^latency {7}min [\d.]+ ms, p50 [\d.]+ ms, p90 [\d.]+ ms, p99 [\d.]+ ms, p99\.9 [\d.]+ ms, max [\d.]+ ms$/m,
	);
	expect(stdout).toMatch(
		/^verified: global total of load-test rose by exactly 200$/m,
	);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(server.increments).toBe(200);
});

test("earlier counts, also those still in shards, do not count", async () => {
	const server = await new CounterServer({
		token,
		totals: { "load-test": 1000 },
	}).start();
	await fetch(`${server.url}/increment/load-test?by=7`, { method: "POST" });
	const { status, stdout } = await loadBriefly([server.url, ...few, "--json"], {
		env,
	});
	expect(JSON.parse(stdout).verification).toEqual({
		read: "global",
		counter: "load-test",
		before: 1007,
		after: 1207,
		expected: { min: 200, max: 200 },
		counters: 1,
		wrong: 0,
		ok: true,
	});
	expect(status).toBe(0);
});

test("what a limit refuses is no failure, be it the first", async () => {
	const server = await new CounterServer({
		token,
		fate: (n) =>
			n === 1 || n > 151 ? { counted: 0, answer: "limit-reached" } : {},
	}).start();
	const { status, stdout } = await loadBriefly([server.url, ...few], { env });
	expect(stdout).toMatch(/^acknowledged {2}150$/m);
	expect(stdout).toMatch(/^at its limit {2}50, not counted$/m);
	expect(stdout).toMatch(/^failed {8}0$/m);
	expect(stdout).toMatch(/rose by exactly 150$/m);
	expect(status).toBe(0);
});

test("without a token the KV total is verified, with a warning", async () => {
	const server = await new CounterServer({ token }).start();
	const { status, stdout, stderr } = await loadBriefly([server.url, ...few]);
	expect(stdout).toContain(
		"verified: KV total of load-test rose by exactly 200",
	);
	expect(stderr).toContain("counts made by others");
	expect(status).toBe(0);
	expect(server.seen.join()).not.toMatch(/global|shard/);
});

test("the KV total is first waited for when a token opens the global one", async () => {
	const server = await new CounterServer({
		token,
		totals: { "load-test": 50 },
	}).start();
	const { status, stdout } = await loadBriefly(
		[server.url, ...few, "--verify", "kv", "--json"],
		{ env },
	);
	expect(JSON.parse(stdout).verification).toMatchObject({
		read: "kv",
		before: 50,
		after: 250,
		ok: true,
	});
	expect(status).toBe(0);
});

test("a namespace below a mount takes decrements under any name", async () => {
	const server = await new CounterServer({ token, mount: "/votes" }).start();
	const { status, stdout } = await loadBriefly(
		[`${server.url}/`, ...few, "--by", "-3", "--counter", "a/b?c=é%"],
		{ env },
	);
	expect(stdout).toContain(
		"verified: global total of a/b?c=é% fell by exactly 600",
	);
	expect(status).toBe(0);
});

test("a terminal is shown what is being waited for", async () => {
	const server = await new CounterServer({ token }).start();
	const { stderr } = await loadBriefly([server.url, ...few], {
		env,
		isTTY: true,
	});
	expect(stderr).toContain("waiting for the global total: 100 of 200");
});

test("Ctrl-C stops the sending and tells what was acknowledged", async () => {
	const stop = new AbortController();
	const server = await new CounterServer({
		token,
		fate: (n) => {
			if (n === 50) stop.abort("SIGINT");
			return n >= 50 ? { answer: "hang" } : undefined;
		},
	}).start();
	const { status, stdout } = await loadBriefly(
		[server.url, "--requests", "200", "--concurrency", "1"],
		{ env, signal: stop.signal },
	);
	expect(stdout).toContain("requests      50 of 200");
	expect(stdout).toContain("acknowledged  49");
	expect(stdout).toContain("1 x interrupted, perhaps counted");
	expect(stdout).toMatch(/^interrupted: not verified$/m);
	expect(status).toBe(130);
	expect(server.increments).toBe(50);
});

test("Ctrl-C ends the waiting for the total, too", async () => {
	const stop = new AbortController();
	const server = await new CounterServer({
		token,
		onReading: (n) => {
			if (n === 2) stop.abort("SIGINT");
		},
	}).start();
	const { status, stdout } = await loadBriefly([server.url, ...few, "--json"], {
		env,
		signal: stop.signal,
	});
	expect(JSON.parse(stdout)).toMatchObject({
		ok: false,
		diagnostics: [{ code: "interrupted", what: "interrupted: not verified" }],
		acknowledged: 200,
		verification: null,
	});
	expect(status).toBe(130);
});
