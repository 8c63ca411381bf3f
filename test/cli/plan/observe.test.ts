import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { planCommand } from "../../../cli/commands/plan.ts";
import { metricsIn } from "../../../cli/plan/metrics-text.ts";
import { metricsText } from "../../../templates/runtime/http/metrics.ts";
import type { NamespaceHealth } from "../../../templates/runtime/object/health.ts";
import { readAnswer } from "../../support/answers.ts";
import { runBound } from "../../support/bound.ts";
import { temporaryDirectory } from "../../support/config.ts";

/** Health of a namespace of two shards that have taken so many requests each. */
function health(taken: number, isUp = true): NamespaceHealth {
	const failures = { total: 0, inRow: 0 };
	const shard = (index: number) => ({
		shard: index,
		flushes: 1,
		// A part is in the totals, the rest waits.
		requests: Math.floor(taken / 3),
		volume: taken,
		health:
			isUp || index === 0
				? {
						requests: taken - Math.floor(taken / 3),
						counters: 1,
						size: 1,
						lag: 0,
						failures,
					}
				: undefined,
	});
	return {
		counters: 7,
		maxCounters: 10_000,
		shards: [shard(0), shard(1)],
		refusals: {},
		kv: { publications: 1, failures, unpublished: 0, lag: 0 },
	};
}

/** Serves what the runtime writes; each look finds so many requests more a shard. */
async function serve(namespace: string, more: number, isUp = true) {
	let looks = 0;
	const server = createServer((request, response) => {
		if (request.headers.authorization !== "Bearer secret") {
			response.statusCode = 401;
			response.end('{"title":"no token","status":401}');
			return;
		}
		const one = { namespace, health: health(1_000 + more * looks++, isUp) };
		response.end(metricsText([one]));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const SECONDS = 0.5;

function plan(url: string, ...argv: string[]) {
	const cwd = temporaryDirectory();
	writeFileSync(
		join(cwd, "counters.yaml"),
		"version: 1\nnamespaces: { votes: {}, likes: {} }\n",
	);
	return runBound(
		(bind) => planCommand(bind, SECONDS),
		["--json", "--from", url, ...argv],
		{ cwd, env: { COUNTER_ADMIN_TOKEN: "secret" } },
	);
}

test("a running Worker is planned for as it runs", async () => {
	const { status, stdout } = await plan(
		await serve("VOTES_DO", 50),
		"--reads",
		"likes=2",
	);
	const [found] = readAnswer("Costed", stdout).plans;
	const [votes, likes] = found?.namespaces ?? [];
	// Two shards took 50 each, within the time or a little more.
	expect(votes?.load.rate).toBeGreaterThan(100);
	expect(votes?.load.rate).toBeLessThanOrEqual(100 / SECONDS);
	expect(votes?.load.counters).toBe(7);
	expect(likes?.load).toMatchObject({ rate: 0, reads: 2 });
	expect(status).toBe(0);
});

test("an option outweighs what is observed", async () => {
	const { stdout } = await plan(
		await serve("VOTES_DO", 50),
		"--rate",
		"votes=3",
	);
	const [found] = readAnswer("Costed", stdout).plans;
	expect(found?.namespaces[0]?.load.rate).toBe(3);
});

test.each([
	["LIKE_DO", true, "none of the namespaces"],
	["VOTES_DO", false, "VOTES_DO did not answer in full"],
])("%s, up: %s, cannot be planned for", async (namespace, isUp, reason) => {
	const { status, stdout } = await plan(await serve(namespace, 50, isUp));
	expect(status).toBe(2);
	expect(readAnswer("Answer", stdout).diagnostics[0]?.what).toContain(reason);
});

test("reads labels with what is escaped in them, and leaves comments out", () => {
	expect(
		metricsIn('# HELP a b\na{x="1",y="q\\"}{"} 2.5\nb 1\nnothing\n'),
	).toEqual([
		{ name: "a", labels: { x: "1", y: 'q\\"}{' }, value: 2.5 },
		{ name: "b", labels: {}, value: 1 },
	]);
});
