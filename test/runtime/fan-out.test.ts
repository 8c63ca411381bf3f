import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { asAdmin, json } from "./support.ts";
import { Big, Faulty } from "./worker/index.ts";

const SHARDS = ["shard0", "shard1"];

/** Counts how often each shard was asked since the last time. */
function asked(): Promise<number[]> {
	return Promise.all(
		SHARDS.map((name) =>
			runInDurableObject(env.FAULTY_DO.getByName(name), (shard) => {
				const { asked } = shard;
				shard.asked = 0;
				return asked;
			}),
		),
	);
}

function fail(name: string, failing: boolean): Promise<void> {
	return runInDurableObject(env.FAULTY_DO.getByName(name), (shard) => {
		shard.failing = failing;
	});
}

/** Callers that come at once may come in a few waves. */
const FEW = 4;

describe("50 at once who need an answer of every shard", () => {
	const global = () => Faulty.globalStub(env);
	const fifty = <T>(call: () => Promise<T>) =>
		Promise.all(Array.from({ length: 50 }, call));

	beforeEach(async () => {
		await global().reset();
		await Faulty.shardStub(env, 0).increment("a", 2);
		await Faulty.shardStub(env, 1).increment("a", 3);
		await asked();
	});

	it("ask each shard a few times for an exact read, and all get it", async () => {
		for (const { counters } of await fifty(() => global().exact()))
			expect(counters).toEqual({ a: 5 });
		for (const times of await asked()) expect(times).toBeLessThanOrEqual(FEW);
	});

	it("ask each shard a few times for what they hold", async () => {
		for (const holdings of await fifty(() => global().shards()))
			expect(holdings).toEqual([{ a: 2 }, { a: 3 }]);
		for (const times of await asked()) expect(times).toBeLessThanOrEqual(FEW);
	});

	it("have each shard drained a few times by a reset", async () => {
		await fifty(() => global().reset());
		for (const times of await asked()) expect(times).toBeLessThanOrEqual(FEW);
		expect((await global().exact()).counters).toEqual({});
	});

	it("are told of a failure, which the next ones do not see", async () => {
		await fail("shard1", true);
		for (const answer of await Promise.allSettled(
			Array.from({ length: 50 }, () => global().shards()),
		))
			expect(answer).toMatchObject({
				reason: {
					problem: {
						code: "shard-unreachable",
						status: 503,
						extra: { unreachable: ["shard1"], known: { shard0: { a: 2 } } },
					},
				},
			});
		await fail("shard1", false);
		expect(await global().shards()).toEqual([{ a: 2 }, { a: 3 }]);
	});

	it("are refused where they ask for too many different things", async () => {
		const answers = await Promise.allSettled(
			Array.from({ length: 50 }, (_, n) => global().exact({ limit: n + 1 })),
		);
		const refused = answers.filter(({ status }) => status === "rejected");
		expect(refused.length).toBeGreaterThan(0);
		expect(refused.length).toBeLessThan(40);
		for (const answer of refused)
			expect(answer).toMatchObject({
				reason: { problem: { code: "busy", status: 503 } },
			});
		expect((await global().exact()).counters).toEqual({ a: 5 });
	});
});

describe("/global/shards", () => {
	it("says how much each shard holds when that is too much for one answer", async () => {
		for (const [n, shard] of [0, 1, 0, 1].entries())
			await Big.shardStub(env, shard).increments(
				Object.fromEntries(
					Array.from({ length: 10_000 }, (_, m) => [
						`${n}-${m}`.padEnd(256, "x"),
						1,
					]),
				),
			);
		const answer = await asAdmin("/big/global/shards");
		expect(answer.status).toBe(503);
		expect(answer.headers.get("Retry-After")).toBe("5");
		expect(await json(answer)).toMatchObject({
			type: "urn:problem-type:counter-gen:too-much-held",
			held: { shard0: 20_000, shard1: 20_000 },
		});
		const one = await json<object>(asAdmin("/big/shard/0/counters"));
		expect(Object.keys(one)).toHaveLength(20_000);
		await Big.shardStub(env, 0).write();
		const holdings = await json<object[]>(asAdmin("/big/global/shards"));
		expect(holdings.map((shard) => Object.keys(shard).length)).toEqual([
			0, 20_000,
		]);
	});
});
