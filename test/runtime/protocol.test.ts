import {
	evictDurableObject,
	runDurableObjectAlarm,
	runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Batch } from "../../templates/runtime/protocol.ts";
import { eventually } from "./support.ts";
import { Manual, Metrics, Shrunk, Timed } from "./worker/index.ts";

const batch = (change: Partial<Batch>): Batch => ({
	version: 1,
	shard: 7,
	epoch: 1_000,
	seq: 1,
	reason: "requestWrite",
	requests: 1,
	entries: [["applied", 1]],
	...change,
});

describe("a shard", () => {
	it("keeps what it acknowledged when it is evicted", async () => {
		const object = env.MANUAL_DO.getByName("shard0");
		await Manual.shardStub(env, 0).increment("durable", 3);
		await evictDurableObject(object);
		await Manual.shardStub(env, 0).increment("durable", 4);
		await evictDurableObject(object);
		expect(await Manual.shardStub(env, 0).counters()).toEqual({ durable: 7 });
		await Manual.shardStub(env, 0).write();
		expect(await Manual.globalStub(env).counters()).toEqual({ durable: 7 });
	});

	it("flushes by itself once it holds enough requests", async () => {
		const shard = Metrics.shardStub(env, 0);
		await shard.increment("full");
		await shard.increment("full");
		expect(await Metrics.globalStub(env).counters()).toEqual({});
		await shard.increment("full");
		const counters = await eventually(
			() => Metrics.globalStub(env).counters(),
			({ full }) => full === 3,
		);
		expect(counters).toEqual({ full: 3 });
		expect((await Metrics.globalStub(env).writes()).at(-1)).toMatchObject({
			cmd: "writeToGlobal",
			event: "exceedMaxRequest",
			counters: { full: 3 },
		});
	});

	it("counts requests across an eviction", async () => {
		const shard = Metrics.shardStub(env, 1);
		await shard.increment("evicted");
		await shard.increment("evicted");
		await evictDurableObject(env.METRICS_DO.getByName("shard1"));
		await shard.increment("evicted");
		const counters = await eventually(
			() => Metrics.globalStub(env).counters(),
			({ evicted }) => evicted === 3,
		);
		expect(counters).toMatchObject({ evicted: 3 });
	});

	it("flushes by its alarm, timed from the first unflushed increment", async () => {
		const object = env.TIMED_DO.getByName("shard0");
		const alarm = () =>
			runInDurableObject(object, (_, { storage }) => storage.getAlarm());
		const before = Date.now();
		await Timed.shardStub(env).increment("slow");
		const first = await alarm();
		expect(first).toBeGreaterThanOrEqual(before + 60_000);
		await Timed.shardStub(env).increment("slow");
		expect(await alarm()).toBe(first);

		await makeDue(object, "journal");
		await evictDurableObject(object);
		expect(await runDurableObjectAlarm(object)).toBe(true);
		expect(await Timed.globalStub(env).counters()).toEqual({ slow: 2 });
		expect((await Timed.globalStub(env).writes())[0]).toMatchObject({
			event: "afterNoRequest",
		});
		expect(await alarm()).toBe(null);
	});

	it("sends a sealed batch again after it died while sending", async () => {
		const object = env.TIMED_DO.getByName("shard0");
		await Timed.globalStub(env).reset();
		await Timed.shardStub(env).increment("resent", 2);
		// As the shard is right after sealing: the batch left, no answer came.
		await runInDurableObject(object, (_, { storage }) => {
			storage.sql.exec("UPDATE shard SET seq = seq + 1, isApplied = 0");
		});
		await evictDurableObject(object);
		await Timed.shardStub(env).increment("resent", 3);
		// Its alarm is due at once and may ring by itself.
		await runDurableObjectAlarm(object);
		const counters = await eventually(
			() => Timed.globalStub(env).counters(),
			({ resent }) => resent === 2,
		);
		expect(counters).toEqual({ resent: 2 });
		await Timed.shardStub(env).write();
		expect(await Timed.globalStub(env).counters()).toEqual({ resent: 5 });
		expect(await Timed.shardStub(env).counters()).toEqual({});
	});

	it("drops a batch that the global already had, without adding it again", async () => {
		const object = env.MANUAL_DO.getByName("shard1");
		await Manual.globalStub(env).reset();
		await Manual.shardStub(env, 1).increment("answer-lost", 2);
		const sent = await runInDurableObject(object, (_, { storage }) => {
			const { epoch, seq } = storage.sql
				.exec<{ epoch: number; seq: number }>("SELECT epoch, seq FROM shard")
				.one();
			storage.sql.exec("UPDATE shard SET seq = seq + 1, isApplied = 0");
			return batch({
				shard: 1,
				epoch,
				seq: seq + 1,
				entries: [["answer-lost", 2]],
			});
		});
		await env.MANUAL_DO.getByName("global").apply(sent);
		await evictDurableObject(object);
		await Manual.shardStub(env, 1).write();
		expect(await Manual.globalStub(env).counters()).toEqual({
			"answer-lost": 2,
		});
	});

	it("refuses what would leave the range of safe integers, counting nothing", async () => {
		const shard = Manual.shardStub(env, 0);
		await Manual.globalStub(env).reset();
		await shard.increment("huge", Number.MAX_SAFE_INTEGER);
		await expect(shard.increment("huge", 1)).rejects.toMatchObject({
			problem: { code: "shard-full", status: 503, retryAfter: 1 },
		});
		const counters = await eventually(
			() => Manual.globalStub(env).counters(),
			({ huge }) => huge === Number.MAX_SAFE_INTEGER,
		);
		expect(counters).toEqual({ huge: Number.MAX_SAFE_INTEGER });
		await shard.increment("huge", 1);
		await shard.write();
		expect(await Manual.globalStub(env).counters()).toEqual({
			huge: Number.MAX_SAFE_INTEGER,
		});
	});

	it("takes thousands of names at once", async () => {
		await Shrunk.globalStub(env).reset();
		const many = Object.fromEntries(
			Array.from({ length: 5_000 }, (_, n) => [
				`${"x".repeat(240)}${n}`,
				n + 1,
			]),
		);
		const shard = Shrunk.shardStub(env, 0);
		await shard.increments(many);
		expect(await shard.counters()).toEqual(many);
		await shard.write();
		expect(await Shrunk.globalStub(env).counters()).toEqual(many);
	});
});

describe("the global object", () => {
	const object = env.SHRUNK_DO.getByName("global");
	const total = async () => (await object.total("applied")).value;

	it("applies a batch once, however often it comes", async () => {
		expect(await object.apply(batch({}))).toEqual({ epoch: 1_000, seq: 1 });
		expect(await object.apply(batch({}))).toEqual({ epoch: 1_000, seq: 1 });
		await evictDurableObject(object);
		expect(await object.apply(batch({}))).toEqual({ epoch: 1_000, seq: 1 });
		expect(await total()).toBe(1);
	});

	it("applies none that is before the last batch", async () => {
		expect(await object.apply(batch({ seq: 3 }))).toEqual({
			epoch: 1_000,
			seq: 3,
		});
		expect(await total()).toBe(2);
		await object.apply(batch({ seq: 2 }));
		await object.apply(batch({ seq: 1 }));
		expect(await total()).toBe(2);
	});

	it("follows a shard that started over, whatever the number of its epoch", async () => {
		expect(await object.apply(batch({ epoch: 500 }))).toEqual({
			epoch: 500,
			seq: 1,
		});
		expect(await total()).toBe(3);
		// A message of the storage that is gone was on its way.
		expect(await object.apply(batch({ seq: 3 }))).toEqual({
			epoch: 1_000,
			seq: 3,
		});
		expect(await total()).toBe(3);
	});

	it("refuses a protocol version it does not know", async () => {
		await runInDurableObject(object, (global) =>
			expect(global.apply(batch({ version: 2, seq: 2 }))).rejects.toThrow(
				"protocol version 2",
			),
		);
		expect(await total()).toBe(3);
	});

	it("publishes by its alarm, at most once a second", async () => {
		const global = env.TIMED_DO.getByName("global");
		await Timed.globalStub(env).reset();
		await Timed.shardStub(env).increment("shown");
		await Timed.shardStub(env).write();
		expect(await Timed.kvCounters(env)).toEqual({});
		await makeDue(global, "unpublished");
		await evictDurableObject(global);
		const triedAt = await runInDurableObject(global, (_, { storage }) =>
			storage.sql
				.exec<{ triedAt: number }>("SELECT triedAt FROM unpublished")
				.one(),
		);
		await runDurableObjectAlarm(global);
		const alarm = await runInDurableObject(global, (_, { storage }) =>
			storage.getAlarm(),
		);
		const shown = await eventually(
			() => Timed.kvCounters(env),
			(counters) => counters.shown === 1,
		);
		expect(shown).toEqual({ shown: 1 });
		if (alarm !== null)
			expect(alarm).toBeGreaterThanOrEqual(triedAt.triedAt + 1_000);
	});

	it("publishes once enough shards wrote, and says as of when", async () => {
		await Metrics.globalStub(env).reset();
		const before = Date.now();
		for (const shard of [0, 1]) {
			await Metrics.shardStub(env, shard).increment("enough");
			await Metrics.shardStub(env, shard).write();
		}
		const published = await eventually(
			() => env.KV.getWithMetadata<{ asOf: number }>("metrics~counters"),
			({ value }) => value === '{"enough":2}',
		);
		expect(published.value).toBe('{"enough":2}');
		expect(published.metadata?.asOf).toBeGreaterThanOrEqual(before);
	});
});

/** Lets an hour have passed since what an object's table calls `since`. */
function makeDue(
	object: DurableObjectStub<Manual>,
	table: "journal" | "unpublished",
): Promise<void> {
	return runInDurableObject(object, (_, { storage }) => {
		storage.sql.exec(`UPDATE ${table} SET since = since - 3600000`);
	});
}
