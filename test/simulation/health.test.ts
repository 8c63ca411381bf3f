import { expect, test } from "vitest";
import { age } from "../../templates/runtime/object/health.ts";
import { batchOf, never, Place } from "./lone-objects.ts";

const NONE = { total: 0, inRow: 0 };

test("an age is never negative, and 0 where there is no moment", () => {
	expect(age(undefined, 5)).toBe(0);
	expect(age(null, 5)).toBe(0);
	expect(age(7, 5)).toBe(0);
	expect(age(3, 5)).toBe(2);
	expect(age(0, 5)).toBe(5);
});

test("a shard says what it holds, and for how long it has", async () => {
	const place = new Place();
	const shard = place.shard({ apply: never });
	expect(shard.health()).toEqual({
		requests: 0,
		counters: 0,
		size: 0,
		lag: 0,
		failures: NONE,
	});
	await shard.increment([
		["a", 1],
		["bcd", -2],
	]);
	place.now += 300;
	await shard.increment([["a", 1]]);
	place.now += 200;
	// A name weighs its characters, and 24.
	const open = { requests: 2, counters: 2, size: 52, lag: 500 };
	expect(shard.health()).toEqual({ ...open, failures: NONE });
	void shard.drain();
	await shard.increment([["a", 1]]);
	place.now += 100;
	// The sealed batch and the next one; what is sealed takes no more room there.
	const both = { requests: 3, counters: 3, size: 25, lag: 600 };
	expect(shard.health()).toEqual({ ...both, failures: NONE });
});

test("a shard counts failed flushes, those in a row anew after a success", async () => {
	const place = new Place();
	let fails = true;
	const surroundings = {
		apply: ({ epoch, seq }: { epoch: number; seq: number }) =>
			fails
				? Promise.reject(new Error("gone"))
				: Promise.resolve({ epoch, seq }),
	};
	const shard = place.shard(surroundings);
	await shard.increment([["a", 1]]);
	for (let n = 0; n < 3; n++) await shard.drain().catch(() => {});
	expect(shard.health().failures).toEqual({ total: 3, inRow: 3 });
	// They are on disk.
	const again = place.shard(surroundings);
	expect(again.health().failures).toEqual({ total: 3, inRow: 3 });
	fails = false;
	await again.drain();
	expect(again.health().failures).toEqual({ total: 3, inRow: 0 });
	fails = true;
	await again.increment([["a", 1]]);
	await again.drain().catch(() => {});
	expect(again.health().failures).toEqual({ total: 4, inRow: 1 });
});

test("a namespace says how it gets on, with what its shards say", async () => {
	const place = new Place();
	const health = {
		requests: 1,
		counters: 1,
		size: 25,
		lag: 9,
		failures: NONE,
	};
	const global = place.global(
		{
			health: (shard) =>
				shard === 2
					? Promise.reject(new Error("gone"))
					: Promise.resolve(health),
		},
		{ shardCounts: [2, 1] },
	);
	// Shard 2 is of newer code; shard 1 is retired, and has never registered.
	global.register([["a"], ["b"]], 2);
	global.register([["c"]], 0);
	global.apply(
		batchOf(1, [
			["a", 5],
			["c", -3],
		]),
	);
	place.now += 40;
	global.apply(batchOf(2, [["a", 1]], { requests: 7 }));
	global.health.refused({ busy: 2 });
	global.health.refused({ busy: 1, unauthorized: 4 });
	place.now += 60;
	expect(await global.health.gather()).toEqual({
		counters: 3,
		maxCounters: 10_000,
		shards: [
			{ shard: 0, flushes: 2, requests: 9, volume: 9, health },
			{ shard: 1, flushes: 0, requests: 0, volume: 0, health },
			{ shard: 2, flushes: 0, requests: 0, volume: 0, health: undefined },
		],
		refusals: { busy: 3, unauthorized: 4 },
		kv: { publications: 0, failures: NONE, unpublished: 2, lag: 100 },
	});
	await global.publish();
	const { kv } = await global.health.gather();
	expect(kv).toEqual({
		publications: 1,
		failures: NONE,
		unpublished: 0,
		lag: 0,
	});
});

test("who asks while shards are asked shares the answer; who asks later does not", async () => {
	const place = new Place();
	let asked = 0;
	const global = place.global({
		health: () => {
			asked++;
			return Promise.reject(new Error("gone"));
		},
	});
	await Promise.all([global.health.gather(), global.health.gather()]);
	expect(asked).toBe(1);
	await global.health.gather();
	expect(asked).toBe(2);
});

test("shards have five seconds to say how they get on, all together", async () => {
	const place = new Place();
	const waits: number[] = [];
	const global = place.global(
		{
			wait: (ms) => {
				waits.push(ms);
				return Promise.resolve();
			},
			health: never,
		},
		{ shardCount: 2, shardCounts: [2] },
	);
	const { shards } = await global.health.gather();
	expect(shards.map(({ health }) => health)).toEqual([undefined, undefined]);
	expect(waits).toEqual([5_000]);
});

test("a batch of another protocol version is refused by its name", () => {
	const global = new Place().global();
	expect(() => global.apply(batchOf(4, [["a", 1]], { version: 2 }))).toThrow(
		"batch 4 of shard0 has protocol version 2; this is 1",
	);
	expect(global.total("a").value).toBeUndefined();
});
