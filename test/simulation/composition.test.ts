import { expect, test } from "vitest";
import { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import { idempotencyOff } from "../../templates/runtime/idempotency/off.ts";
import { liveUpdates } from "../../templates/runtime/live/feature.ts";
import { liveOff } from "../../templates/runtime/live/off.ts";
import { writeLog } from "../../templates/runtime/write-log/feature.ts";
import { writeLogOff } from "../../templates/runtime/write-log/off.ts";
import { batchOf, Place } from "./lone-objects.ts";

const HOUR_MS = 3_600_000;
const SHARDING = { shardCount: 1, shardCounts: [1], reshardings: 0 };
const KEY = { key: "k", fingerprint: "f", ...SHARDING };
const on = {
	...SHARDING,
	idempotency: idempotencyKeys({ windowMs: HOUR_MS }),
	writeLog: writeLog({ events: 10 }),
};
const off = { ...SHARDING, idempotency: idempotencyOff, writeLog: writeLogOff };

/** The tables of an object's disk. */
const tablesOf = ({ storage }: Place) =>
	storage
		.rows<{ name: string }>(
			"SELECT name FROM sqlite_schema WHERE type = 'table'",
		)
		.map(({ name }) => name);

const KEY_TABLES = [
	"keyTables",
	"keyJournal",
	"keyPacks0",
	"keyPacks1",
	"keyRows0",
	"keyRows1",
	"shardings",
	"peers",
];

test("an object has the tables of the features that it is composed of, and no others", () => {
	const [least, fullest] = [new Place(), new Place()];
	least.shard({}, off);
	fullest.shard({}, on);
	expect(tablesOf(fullest)).toEqual(expect.arrayContaining(KEY_TABLES));
	for (const table of KEY_TABLES) expect(tablesOf(least)).not.toContain(table);

	const [mute, logging] = [new Place(), new Place()];
	mute.global({}, off);
	logging.global({}, on);
	expect(tablesOf(logging)).toContain("writes");
	expect(tablesOf(mute)).not.toContain("writes");
});

test("where keys are off, a key that an older Worker sends is refused, and nothing counted", async () => {
	const place = new Place();
	const shard = place.shard({}, off);
	expect(await shard.increment([["a", 1]], KEY)).toMatchObject({
		problem: { code: "idempotency-off", status: 400 },
	});
	expect(shard.holdings().pending).toEqual([]);
	expect(await shard.increment([["a", 1]])).toEqual({
		shard: 0,
		repeated: false,
	});
});

test("where keys are off, an older shard that claims a key is told so, and counts nothing", async () => {
	const away = new Place();
	const shard = away.shard({}, off);
	expect(() => shard.claim("k", 1, [])).toThrow("keys are off");
	const place = new Place();
	const older = place.shard(
		{ claimAt: async (_, ...claim) => shard.claim("k", 0, claim[1]) },
		{ ...on, shardCounts: [2, 1], reshardings: 1 },
	);
	// Its home was elsewhere among two shards.
	const key = { ...KEY, key: "b", shardCounts: [2, 1], reshardings: 1 };
	expect(await older.increment([["a", 1]], key)).toMatchObject({
		problem: { code: "idempotency-key-unsettled", status: 503 },
	});
	expect(older.holdings().pending).toEqual([]);
});

test("a key counts once within its window, also if keys were off in between", async () => {
	const place = new Place();
	await place.shard({}, on).increment([["a", 1]], KEY);
	place.now += HOUR_MS / 2;
	await place.shard({}, off).increment([["a", 1]]);
	place.now += HOUR_MS / 4;
	expect(await place.shard({}, on).increment([["a", 1]], KEY)).toMatchObject({
		repeated: true,
	});
	place.now += 3 * HOUR_MS;
	place.shard({}, off);
	expect(await place.shard({}, on).increment([["a", 1]], KEY)).toMatchObject({
		repeated: false,
	});
});

test("a write log that is turned off frees its rows, and begins anew when it comes back", () => {
	const place = new Place();
	place.global({}, on).apply(batchOf(1, [["a", 1]]));
	const mute = place.global({}, off);
	expect(tablesOf(place)).not.toContain("writes");
	mute.apply(batchOf(2, [["a", 1]]));
	expect(mute.writes()).toEqual([]);
	const logging = place.global({}, on);
	logging.apply(batchOf(3, [["a", 5]]));
	expect(logging.writes().map(({ counters }) => counters)).toEqual([{ a: 5 }]);
	expect(logging.total("a").value).toBe(7);
});

test("live updates that are turned off forget who watched, wake them once, and ask anew when they come back", async () => {
	const place = new Place();
	const live = liveUpdates({ objects: 2 });
	const watching = place.global({}, { ...on, live });
	const told = watching.watch({ object: 1, life: 1, names: ["a"] });
	expect(tablesOf(place)).toEqual(
		expect.arrayContaining(["turns", "watching"]),
	);

	const asked: number[] = [];
	const meet = async (object: number) => {
		asked.push(object);
		return { life: 2, names: [] };
	};
	const mute = place.global({ meet }, { ...on, live: liveOff });
	expect(asked.splice(0)).toEqual([0, 1]);
	place.global({ meet }, { ...on, live: liveOff });
	expect(asked).toEqual([]);
	for (const table of ["turns", "watching"])
		expect(tablesOf(place)).not.toContain(table);
	expect(() => mute.watch({ object: 1, life: 1, names: ["a"] })).toThrow("off");
	mute.apply(batchOf(1, [["a", 5]]));

	place.now += 1_000;
	const anew = place.global({ meet }, { ...on, live });
	await place.ring(anew);
	await new Promise((resolve) => setImmediate(resolve));
	expect(asked).toEqual([0, 1]);
	const { birth, values } = anew.watch({ object: 1, life: 2, names: ["a"] });
	expect(birth).not.toBe(told.birth);
	expect(values).toEqual([["a", 5]]);
});
