import { expect, test } from "vitest";
import type { IdempotencyKey } from "../../templates/runtime/idempotency/contract.ts";
import { KEPT_LONGER_MS } from "../../templates/runtime/idempotency/key-storage.ts";
import {
	ANY_WRITE,
	applying,
	batchOf,
	kvTaking,
	Place,
	SETTINGS,
} from "./lone-objects.ts";

/** Past the threshold by time. */
const LATER_MS = 100_000;

const MOST = Number.MAX_SAFE_INTEGER;

/** More rows than a journal has before it is compacted. */
const COMPACTED_ROWS = 40;

function keyed(key: string): IdempotencyKey {
	const { shardCount, shardCounts, reshardings } = SETTINGS;
	return { key, fingerprint: key, shardCount, shardCounts, reshardings };
}

test("an alarm does not throw where the disk does not note a batch as applied", async () => {
	const place = new Place();
	let applied = 0;
	const shard = place.shard({ apply: applying(() => applied++) });
	await shard.increment([["a", 1]]);
	place.now += LATER_MS;
	place.refused = /isApplied = 1/;
	await shard.alarm();
	expect(applied).toBe(1);
	expect(shard.holdings()).toMatchObject({ seq: 1, sealed: [], pending: [] });
});

test("a batch is delivered also where the disk does not note that flushing works again", async () => {
	const place = new Place();
	let fails = true;
	const shard = place.shard({
		apply: applying(() => {
			if (fails) throw new Error("not now");
		}),
	});
	await shard.increment([["a", 1]]);
	await expect(shard.drain()).rejects.toThrow("not now");
	fails = false;
	place.refused = /failures/;
	expect(await shard.drain()).toBe(true);
	expect(shard.health().failures).toEqual({ total: 1, inRow: 0 });
	// It is noted with the next one that works.
	place.refused = undefined;
	await shard.increment([["a", 1]]);
	await shard.drain();
	expect(place.shard().health().failures).toEqual({ total: 1, inRow: 0 });
});

test("a publication has worked also where the disk does not note that it does so again", async () => {
	const place = new Place();
	let fails = true;
	const global = place.global({
		kv: kvTaking(() => {
			if (fails) throw new Error("not now");
		}),
	});
	global.apply(batchOf(1));
	expect(await global.publish()).toHaveProperty("problem");
	fails = false;
	place.refused = /failures/;
	expect(await global.publish()).toBeUndefined();
	expect(place.events.slice(0, 2)).toEqual([
		"publish-failed",
		"publish-recovered",
	]);
});

test("failures are told also where the disk does not note them", async () => {
	const place = new Place();
	const shard = place.shard();
	await shard.increment([["a", 1]]);
	place.refused = ANY_WRITE;
	await expect(shard.drain()).rejects.toThrow("full");
	await expect(shard.drain()).rejects.toThrow("full");
	expect(shard.health().failures).toEqual({ total: 2, inRow: 2 });
});

test("an increment holds no room whose keys could not be rotated", async () => {
	const place = new Place();
	const shard = place.shard({
		register: async (lists) => {
			place.now += SETTINGS.idempotency.windowMs + KEPT_LONGER_MS;
			place.refused = /DROP TABLE/;
			return lists.map(() => []);
		},
	});
	const lost = shard.increment([["a", MOST]], keyed("k"));
	await expect(lost).rejects.toThrow("full");
	place.refused = undefined;
	expect(await shard.increment([["a", MOST]])).toMatchObject({ shard: 0 });
});

test.each([
	["drop", /DROP TABLE/],
	["create", /CREATE TABLE/],
	["note", /UPDATE keyTables/],
])(
	"a rotation of keys that cannot %s leaves all as it was",
	async (_, refused) => {
		const place = new Place();
		const shard = place.shard();
		await shard.increment([["a", 1]], keyed("old"));
		place.now += SETTINGS.idempotency.windowMs + KEPT_LONGER_MS;
		place.refused = refused;
		await expect(shard.increment([["a", 1]], keyed("k"))).rejects.toThrow(
			"full",
		);
		place.refused = undefined;
		expect(await shard.increment([["a", 1]], keyed("k"))).toMatchObject({
			repeated: false,
		});
		place.now += SETTINGS.idempotency.windowMs / 2;
		for (const one of [shard, place.shard()])
			expect(await one.increment([["a", 1]], keyed("k"))).toMatchObject({
				repeated: true,
			});
	},
);

test("what a transaction took back is not held", async () => {
	const place = new Place();
	const batches: unknown[] = [];
	const shard = place.shard({
		apply: applying(({ entries }) => batches.push(entries)),
	});
	place.refusesCommits = true;
	// Names cannot be noted either.
	await expect(shard.increment([["a", 1]])).rejects.toThrow("full");
	place.refusesCommits = false;
	await shard.increment([["a", 2]]);
	place.refusesCommits = true;
	await expect(shard.increment([["a", 4]])).rejects.toThrow("full");
	expect(shard.holdings().pending).toEqual([["a", 2]]);
	expect(shard.health()).toMatchObject({ requests: 1, counters: 1 });
	place.refusesCommits = false;
	await shard.increment([["a", MOST - 2]]);
	await shard.drain();
	expect(batches).toEqual([[["a", MOST]]]);
});

test("what a transaction took back leaves the journal's free rows free", async () => {
	const place = new Place();
	const shard = place.shard();
	const count = async (times: number) => {
		for (let n = 0; n < times; n++) await shard.increment([["a", 1]]);
	};
	await count(3);
	await shard.drain();
	place.refusesCommits = true;
	for (let n = 0; n < 5; n++) await count(1).catch(() => {});
	place.refusesCommits = false;
	await count(3);
	expect(place.rows("journal")).toBe(3);
});

test("a compaction that was taken back loses nothing at a restart", async () => {
	const place = new Place();
	const shard = place.shard();
	for (let n = 1; n <= COMPACTED_ROWS; n++) {
		place.refusesCommits = true;
		if (n > 1)
			await expect(shard.increment([["a", 1_000]])).rejects.toThrow("full");
		place.refusesCommits = false;
		await shard.increment([["a", 1]]);
		expect(place.shard().holdings()).toEqual(shard.holdings());
	}
	expect(shard.holdings().pending).toEqual([["a", COMPACTED_ROWS]]);
});
