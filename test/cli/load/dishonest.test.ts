import { expect, test } from "vitest";
import { loadBriefly } from "./brief.ts";
import { type Character, CounterServer, type Fate } from "./counter-server.ts";

const token = "s3cret-token";
const env = { COUNTER_ADMIN_TOKEN: token };

async function load(character: Character, ...more: string[]) {
	const server = await new CounterServer({ token, ...character }).start();
	const few = ["--requests", "200", "--concurrency", "8"];
	return loadBriefly([server.url, ...few, ...more], { env });
}

const every =
	(step: number, fate: Fate) =>
	(n: number): Fate | undefined =>
		n % step === 0 ? fate : undefined;

test("a server that loses acknowledged increments is found out", async () => {
	const { status, stdout, stderr } = await load({
		fate: every(100, { counted: 0 }),
	});
	expect(stdout).toMatch(
		/^not verified: global total of load-test rose by 198, expected 200, 2 missing$/m,
	);
	expect(stdout).toMatch(/^hint: acknowledged increments were lost/m);
	expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
});

test("a server that counts some twice is found out", async () => {
	const { status, stdout } = await load({ fate: every(50, { counted: 2 }) });
	expect(stdout).toMatch(
		/^not verified: .* rose by 204, expected 200, 4 too many$/m,
	);
	expect(stdout).toMatch(/^hint: something counted twice/m);
	expect(status).toBe(1);
});

test("a shard that holds more than was sent is found out", async () => {
	const { status, stdout } = await load({ hoard: 5 });
	expect(stdout).toMatch(/^not verified: .* rose by 200, expected 200$/m);
	expect(stdout).toMatch(/^hint: shards still hold 5 of it/m);
	expect(status).toBe(1);
});

test("too much that comes only after the right total is found out", async () => {
	// Without a token no shard can be asked. The first to flush holds every even
	// increment, once over: alone it brings the total to what is expected.
	const server = await new CounterServer({
		fate: (n) => ({ counted: n % 2 === 0 ? 2 : 1 }),
	}).start();
	const few = ["--requests", "200", "--concurrency", "8"];
	const { status, stdout } = await loadBriefly([server.url, ...few]);
	expect(stdout).toMatch(/rose by 300, expected 200, 100 too many$/m);
	expect(status).toBe(1);
});

test("lost decrements are told from too many", async () => {
	const { status, stdout } = await load(
		{ fate: every(100, { counted: 0 }) },
		"--by",
		"-2",
	);
	expect(stdout).toMatch(/fell by 396, expected 400, 4 missing$/m);
	expect(status).toBe(1);
});

test("a total that is never published is given up", async () => {
	const { status, stdout } = await load(
		{ publishes: false },
		"--verify",
		"kv",
		"--json",
	);
	expect(JSON.parse(stdout)).toMatchObject({
		ok: false,
		diagnostics: [
			{
				code: "not-verified",
				what: "not verified: KV total of load-test rose by 0, expected 200, 200 missing",
				why: expect.stringContaining("--verify global reads past KV"),
			},
		],
		acknowledged: 200,
		verification: {
			read: "kv",
			before: 0,
			after: 0,
			expected: { min: 200, max: 200 },
			ok: false,
		},
	});
	expect(status).toBe(1);
});

test("a KV that lags for ever cannot be verified, so nothing is sent", async () => {
	const { status, stdout, stderr } = await load(
		{ publishes: false, totals: { "load-test": 9 } },
		"--verify",
		"kv",
	);
	expect(stderr).toContain("[kv-behind]");
	expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
});

test.each([
	["after", 1, 200],
	["before", 0, 180],
])("a 500 %s counting widens what is expected", async (_, counted, rose) => {
	const { status, stdout } = await load({
		fate: every(10, { counted, answer: 500 }),
	});
	expect(stdout).toContain("acknowledged  180");
	expect(stdout).toContain("20 x HTTP 500, perhaps counted: not this time");
	expect(stdout).toContain(
		`verified: global total of load-test rose by ${rose}, within the 180 to 200 that unanswered requests allow (20 requests failed)`,
	);
	expect(status).toBe(0);
});

test("a 503 that says so is certainly not counted, beside others that may be", async () => {
	const { stdout } = await load({
		fate: (n) =>
			n > 10 && n <= 20
				? { counted: 0, answer: "limit-unsettled" }
				: n > 20 && n <= 25
					? { counted: 1, answer: 503 }
					: {},
	});
	expect(stdout).toContain("10 x HTTP 503, not counted: no room");
	expect(stdout).toContain("5 x HTTP 503, perhaps counted: not this time");
	expect(stdout).toContain(
		"rose by 190, within the 185 to 190 that unanswered requests allow (15 requests failed)",
	);
});

test("a 429 is certainly not counted, so the total must be exact", async () => {
	const fate = every(10, { counted: 0, answer: 429 });
	const good = await load({ fate });
	expect(good.stdout).toContain("20 x HTTP 429, not counted");
	expect(good.stdout).toContain("rose by exactly 180 (20 requests failed)");
	expect(good.status).toBe(0);

	const bad = await load({ fate: every(10, { counted: 1, answer: 429 }) });
	expect(bad.stdout).toContain("rose by 200, expected 180, 20 too many");
	expect(bad.status).toBe(1);
});

test("a connection reset after counting may have been counted", async () => {
	const { status, stdout } = await load({
		fate: every(10, { answer: "reset" }),
	});
	expect(stdout).toContain("20 x connection closed, perhaps counted");
	expect(stdout).toContain("rose by 200, within the 180 to 200");
	expect(status).toBe(0);
});

test("a request that hangs is given up in time, under the eyes of a terminal", async () => {
	const fate = every(100, { answer: "hang" });
	const server = await new CounterServer({ token, fate }).start();
	const few = ["--requests", "200", "--concurrency", "8"];
	const { status, stdout, stderr } = await loadBriefly([server.url, ...few], {
		env,
		isTTY: true,
	});
	expect(stdout).toContain("2 x no answer in time, perhaps counted");
	expect(stdout).toContain("rose by 200, within the 198 to 200");
	expect(stderr).toMatch(
		/198 of 200, [\d,]+\/s, 0 failed, p50 [\d.]+ ms, p99 [\d.]+ ms/,
	);
	expect(status).toBe(0);
});

test("nothing acknowledged is a failure", async () => {
	const { status, stdout } = await load(
		{ fate: () => ({ counted: 0, answer: 500 }) },
		"--json",
	);
	expect(JSON.parse(stdout)).toMatchObject({
		ok: false,
		diagnostics: [{ code: "not-verified" }],
		requests: 200,
		acknowledged: 0,
		limited: 0,
		refused: 0,
		indeterminate: 200,
		latencyMs: null,
		verification: null,
	});
	expect(status).toBe(1);
});

test("a server that dies meanwhile leaves the total unverified", async () => {
	const server = new CounterServer({
		token,
		fate: (n) => {
			if (n === 100) server.stop();
			return undefined;
		},
	});
	await server.start();
	const { status, stdout } = await loadBriefly(
		[server.url, "--requests", "200", "--concurrency", "1"],
		{ env },
	);
	expect(stdout).toContain("acknowledged  99");
	expect(stdout).toContain("1 x connection closed, perhaps counted");
	expect(stdout).toContain("100 x connection refused, not counted");
	expect(stdout).toContain("rose by 0, expected 99 to 100, 99 missing");
	expect(stdout).toMatch(/^hint: the last reading failed: no answer from/m);
	expect(status).toBe(1);
});

test("a server that dies before the last reading verifies nothing", async () => {
	const server = new CounterServer({
		token,
		// The first is the baseline; the fourth shows the whole total.
		onReading: (n) => {
			if (n === 5) server.stop();
		},
	});
	await server.start();
	const few = ["--requests", "200", "--concurrency", "8"];
	const { status, stdout } = await loadBriefly([server.url, ...few], { env });
	expect(stdout).toMatch(/^not verified: .* rose by 200, expected 200$/m);
	expect(stdout).toMatch(/^hint: the last reading failed: no answer from/m);
	expect(status).toBe(1);
});
