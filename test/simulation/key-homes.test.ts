import { expect, test } from "vitest";
import type { KnownSharding } from "../../templates/runtime/idempotency/contract.ts";
import { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import { homeOf } from "../../templates/runtime/idempotency/key-home.ts";
import { knownTo } from "../../templates/runtime/idempotency/shardings.ts";
import { Place } from "./lone-objects.ts";

const HOUR_MS = 3_600_000;
/** Old and new code know the same. */
const SETTINGS = { shardCount: 2, shardCounts: [1, 2], reshardings: 1 };

/** A key, as its callers send it, whose home is shard 0 among two, shard 1 among three. */
const KEY = { key: "a", fingerprint: "f", ...SETTINGS };

/** A shard answers one that knows as much that nobody counted the key. */
function free(shardings: readonly KnownSharding[]) {
	return { fingerprint: null, claimedBy: [], shardings, latestForMs: 0 };
}

test("a key has the home that FNV-1a gives it, whichever code asks", () => {
	// http://www.isthe.com/chongo/src/fnv/test_fnv.c
	const hashes = ["", "a", "foobar"].map((key) => homeOf(key, 2 ** 32));
	expect(hashes).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
	expect(homeOf("foobar", 7)).toBe(0xbf9cf968 % 7);
});

test("a request goes to the home of its key, and says what it counts", async () => {
	const { address } = idempotencyKeys({ windowMs: HOUR_MS });
	const settings = { ...SETTINGS, shardCount: 3 };
	const entries = [
		["b", 2],
		["a", 1],
	] as const;
	expect(await address?.(settings, "foobar", entries)).toEqual({
		home: homeOf("foobar", 3),
		key: { key: "foobar", fingerprint: '[["a",1],["b",2]]', ...settings },
	});
});

test("keys are spread over shards", () => {
	const homes = [0, 0, 0, 0];
	for (let n = 0; n < 4_000; n++) {
		const home = homeOf(`key ${n}`, 4);
		homes[home] = (homes[home] ?? 0) + 1;
	}
	for (const keys of homes) expect(Math.abs(keys - 1_000)).toBeLessThan(150);
});

/** Shard 0, which other shards it claims from, and the shardings that it sends them. */
function place(settings = SETTINGS) {
	const claims: number[] = [];
	const sent: (readonly KnownSharding[])[] = [];
	const there = new Place();
	const shard = there.shard(
		{
			claimAt: async (shard, _, shardings) => {
				claims.push(shard);
				sent.push(shardings);
				return free(shardings);
			},
		},
		{ idempotency: idempotencyKeys({ windowMs: HOUR_MS }), ...settings },
	);
	return { there, shard, claims, sent };
}

test("a shard claims a key once from every other home, never from itself", async () => {
	const { shard, claims } = place({
		...SETTINGS,
		shardCounts: [3, 2, 3, 1, 8],
	});
	const key = { ...KEY, shardCounts: [3, 2, 1, 6] };
	expect(await shard.increment([["x", 1]], key)).toMatchObject({
		repeated: false,
	});
	// Among eight shards, and among six, it is the same one.
	expect([1, 2, 3, 8, 6].map((count) => homeOf("a", count))).toEqual([
		0, 0, 1, 4, 4,
	]);
	expect(claims).toEqual([1, 4]);
});

test("a key that is known here is claimed from nobody", async () => {
	const { shard, claims } = place({ ...SETTINGS, shardCounts: [3, 1] });
	const key = { ...KEY, shardCounts: [3, 1] };
	await shard.increment([["x", 1]], key);
	expect(claims).toHaveLength(1);
	expect(await shard.increment([["x", 1]], key)).toMatchObject({
		repeated: true,
	});
	expect(claims).toHaveLength(1);
});

test("a shard of older code asks the homes that its caller knows, however old it is", async () => {
	const { there, shard, claims, sent } = place({
		shardCount: 1,
		shardCounts: [1],
		reshardings: 0,
	});
	there.now += 10 * HOUR_MS;
	const newer = { shardCount: 3, shardCounts: [1, 3], reshardings: 1 };
	await shard.increment([["x", 1]], { ...KEY, ...newer });
	expect(claims).toEqual([homeOf("a", 3)]);
	// It passes on what it has learnt.
	expect(sent).toEqual([
		[
			{ shardCount: 1, reshardings: 0 },
			{ shardCount: 3, reshardings: 1 },
		],
	]);
});

test("a key that was claimed away is refused, and counts once it is asked for back", async () => {
	let answer = () => {};
	const there = new Place();
	const claims: number[] = [];
	const one = { shardCount: 1, shardCounts: [1], reshardings: 0 };
	const shard = there.shard(
		{
			register: (lists) =>
				new Promise((resolve) => {
					answer = () => resolve(lists.map(() => []));
				}),
			claimAt: async (shard, _, shardings) => {
				claims.push(shard);
				return free(shardings);
			},
		},
		one,
	);
	const key = { ...KEY, ...one };
	const first = shard.increment([["x", 1]], key);
	await new Promise((resolve) => setImmediate(resolve));
	there.now += 5;
	expect(shard.claim("a", 4, knownTo(one))).toEqual({
		fingerprint: null,
		claimedBy: [4],
		shardings: [{ shardCount: 1, reshardings: 0 }],
		latestForMs: 5,
	});
	answer();
	expect(await first).toMatchObject({
		problem: { code: "idempotency-key-unsettled" },
	});
	expect(claims).toEqual([]);
	expect(await shard.increment([["x", 1]], key)).toEqual({
		shard: 0,
		repeated: false,
	});
	expect(claims).toEqual([4]);
	// From now on it says so, and whoever claims it counts it nowhere else.
	expect(shard.claim("a", 4, knownTo(one))).toMatchObject({
		fingerprint: "f",
	});
});
