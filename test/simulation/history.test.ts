import { expect, test } from "vitest";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type {
	CounterHistory,
	HistoryQuestion,
	HistoryUnit,
} from "../../templates/runtime/history/contract.ts";
import { history } from "../../templates/runtime/history/feature.ts";
import { historyOff } from "../../templates/runtime/history/off.ts";
import type { Refusal } from "../../templates/runtime/problem.ts";
import type {
	Batch,
	Entry,
	Holdings,
} from "../../templates/runtime/protocol.ts";
import * as before from "./before-history/roles.js";
import { applying, batchOf, Place, SETTINGS } from "./lone-objects.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A midnight. */
const START = 20_000 * DAY_MS;

const KEPT = { minute: 2 * HOUR_MS, hour: 7 * DAY_MS, day: 400 * DAY_MS };
const on = { history: history({ ...KEPT, timeZone: "UTC" }) };

/** A place whose clock begins at midnight. */
function place(): Place {
	const place = new Place();
	place.now = START;
	return place;
}

const slotAt = (ms: number) => Math.floor(ms / MINUTE_MS);

/** A batch of shard 0 that was counted now. */
const counted = (
	place: Place,
	seq: number,
	by = 1,
	change: Partial<Batch> = {},
) =>
	batchOf(seq, [["a", by]], {
		slots: [[slotAt(place.now)]],
		mark: slotAt(place.now),
		...change,
	});

async function read(
	global: GlobalRole,
	by: HistoryUnit,
	range: HistoryQuestion["range"] = { last: 3 },
): Promise<[start: number, value: number, final: boolean][]> {
	const answer = await global.history({ counter: "a", by, range });
	return (answer as CounterHistory).points.map(({ start, value, final }) => [
		start - START,
		value,
		final,
	]);
}

test("a shard says in which minutes it counted, and before which it counts no more", async () => {
	const at = place();
	const batches: Batch[] = [];
	const shard = at.shard(
		{ apply: applying((batch) => batches.push(batch)) },
		{ ...on, shardMinRequestToGlobal: 1_000 },
	);
	await shard.increment([["a", 1]]);
	await shard.drain();
	at.now += MINUTE_MS;
	await shard.increment([
		["a", 2],
		["b", 5],
	]);
	at.now += MINUTE_MS;
	await shard.increment([["a", 4]]);
	await shard.increment([["c", 8]], undefined, "none");
	await shard.drain();
	const slot = slotAt(START);
	expect(batches).toMatchObject([
		{ entries: [["a", 1]], slots: [[slot]], mark: slot },
		{
			entries: [
				["a", 6],
				["b", 5],
				["c", 8],
			],
			slots: expect.arrayContaining([[-1, "c", 8]]),
			mark: slot + 2,
		},
	]);
	// The largest part is what no other item has.
	expect(batches[1]?.slots).toContainEqual([slot + 1]);
	expect(batches[1]?.slots).toContainEqual([slot + 2, "a", 4]);
});

test("a shard whose clock steps back stamps nothing before what it has told", async () => {
	const at = place();
	const batches: Batch[] = [];
	const shard = at.shard(
		{ apply: applying((batch) => batches.push(batch)) },
		on,
	);
	await shard.increment([["a", 1]]);
	await shard.drain();
	at.now -= HOUR_MS;
	await shard.increment([["a", 1]]);
	await shard.drain();
	expect(batches[1]).toMatchObject({
		slots: [[slotAt(START)]],
		mark: slotAt(START),
	});
});

test("past half its size a batch opens no new slot", async () => {
	const at = place();
	const shard = at.shard({}, { ...on, shardMinRequestToGlobal: 1_000_000 });
	const count = (from: number, to: number) =>
		shard.increment(
			Array.from({ length: to - from }, (_, n) => [
				`${from + n}`.padEnd(200, "x"),
				1,
			]),
		);
	for (let n = 0; n < 10; n++) await count(n * 1_000, (n + 1) * 1_000);
	at.now += MINUTE_MS;
	await count(0, 1);
	const name = "0".padEnd(200, "x");
	const choice = { from: name, to: name, names: [name], slots: true };
	expect(shard.holdings(choice)).toMatchObject({
		pending: [[name, 2]],
		pendingSlots: [[slotAt(START), name, 2]],
	});
});

test("a bucket is final once no shard brings anything for it, and not before", async () => {
	const at = place();
	const global = at.global({ holdings: never }, { ...on, shardCount: 2 });
	global.register([["a"]], 1);
	global.apply(counted(at, 1, 5));
	at.now += 2 * MINUTE_MS;
	global.apply(counted(at, 2, 7));
	expect(await read(global, "minute")).toEqual([
		[0, 5, false],
		[MINUTE_MS, 0, false],
		[2 * MINUTE_MS, 7, false],
	]);
	// The other shard's counts are late, and in their minute all the same.
	global.apply(counted(at, 1, 9, { shard: 1, slots: [[slotAt(START)]] }));
	expect(await read(global, "minute")).toEqual([
		[0, 14, true],
		[MINUTE_MS, 0, true],
		[2 * MINUTE_MS, 7, false],
	]);
	// And now it would come too late.
	global.apply(counted(at, 3, 1, { slots: [[slotAt(START)]] }));
	expect(await read(global, "minute")).toEqual([
		[0, 14, true],
		[MINUTE_MS, 0, true],
		[2 * MINUTE_MS, 8, false],
	]);
	expect(global.health.own()).toMatchObject({ late: 1 });
});

test("coarser buckets are what finer ones were, also once these are deleted", async () => {
	const at = place();
	const global = at.global({}, on);
	global.register([["a"]], 0);
	let seq = 0;
	for (let n = 0; n < 12; n++) {
		global.apply(counted(at, ++seq, 1 + n));
		await settled();
		at.now += 3 * HOUR_MS;
	}
	global.apply(counted(at, ++seq, 100));
	await settled();
	expect(await read(global, "day")).toEqual([
		[-DAY_MS, 0, true],
		[0, 36, true],
		[DAY_MS, 9 + 10 + 11 + 12 + 100, false],
	]);
	expect(
		(await read(global, "hour", { last: 37 })).map(([, value]) => value),
	).toEqual(
		Array.from({ length: 37 }, (_, n) =>
			n === 36 ? 100 : n % 3 === 0 ? 1 + n / 3 : 0,
		),
	);
	// Nobody is answered what is deleted.
	const minutes = await read(global, "minute", { last: 1_000 });
	expect(minutes.length).toBeLessThan(4 * 60);
	expect(minutes.at(-1)).toEqual([36 * HOUR_MS, 100, false]);
	// The same after a restart.
	const again = at.global({}, on);
	expect(await read(again, "day")).toEqual(await read(global, "day"));
});

test("days begin where the time zone has them, and a change of it ends the one under way", async () => {
	const at = place();
	const zone = (timeZone: string) => ({
		history: history({ ...KEPT, timeZone }),
	});
	const utc = at.global({}, zone("UTC"));
	utc.register([["a"]], 0);
	utc.apply(counted(at, 1, 1));
	at.now += 10 * HOUR_MS;
	utc.apply(counted(at, 2, 2));
	// Its midnights are at 18:15 UTC.
	const kathmandu = at.global({}, zone("Asia/Kathmandu"));
	at.now += 9 * HOUR_MS;
	kathmandu.apply(counted(at, 3, 4));
	await settled();
	expect(await read(kathmandu, "day", { last: 2 })).toEqual([
		[0, 3, true],
		[18.25 * HOUR_MS, 4, false],
	]);
	expect(await read(kathmandu, "hour", { last: 2 })).toEqual([
		[17.25 * HOUR_MS, 0, true],
		[18.25 * HOUR_MS, 4, false],
	]);
});

test("a kind of buckets that is added has what finer and coarser ones still have", async () => {
	const at = place();
	const kept = (units: Partial<typeof KEPT>) => ({
		history: history({ ...units, timeZone: "UTC" }),
	});
	const days = at.global({}, kept({ day: KEPT.day }));
	days.register([["a"]], 0);
	days.apply(counted(at, 1, 1));
	at.now += DAY_MS + 5 * HOUR_MS;
	days.apply(counted(at, 2, 2));
	await settled();
	const hours = at.global({}, kept({ hour: KEPT.hour, day: KEPT.day }));
	expect(await read(hours, "hour", { last: 100 })).toEqual([
		...Array.from({ length: 5 }, (_, n) => [DAY_MS + n * HOUR_MS, 0, true]),
		[DAY_MS + 5 * HOUR_MS, 2, false],
	]);
	at.now += DAY_MS;
	hours.apply(counted(at, 3, 4));
	await settled();
	// And when it goes, what it had is in the coarser one.
	const again = at.global({}, kept({ day: KEPT.day }));
	at.now += DAY_MS;
	again.apply(counted(at, 4, 8));
	await settled();
	expect(await read(again, "day", { last: 4 })).toEqual([
		[0, 1, true],
		[DAY_MS, 2, true],
		[2 * DAY_MS, 4, true],
		[3 * DAY_MS, 8, false],
	]);
	expect(
		await again.history({ counter: "a", by: "hour", range: { last: 1 } }),
	).toMatchObject({ problem: { code: "invalid-history", status: 400 } });
});

test("a shard that is silent is asked by whoever reads, once a minute", async () => {
	const at = place();
	const asked: unknown[] = [];
	const global = at.global(
		{
			holdings: async (_, choice) => {
				asked.push(choice);
				return nothing(slotAt(at.now));
			},
		},
		on,
	);
	global.register([["a"]], 0);
	global.apply(counted(at, 1, 5));
	await read(global, "minute");
	await settled();
	expect(asked).toEqual([]);
	at.now += MINUTE_MS;
	expect(await read(global, "minute", { last: 2 })).toEqual([
		[0, 5, false],
		[MINUTE_MS, 0, false],
	]);
	await settled();
	expect(asked).toEqual([{ from: "", to: "", names: [], slots: true }]);
	expect(await read(global, "minute", { last: 2 })).toEqual([
		[0, 5, true],
		[MINUTE_MS, 0, false],
	]);
	await settled();
	expect(asked).toHaveLength(1);
});

test("a retired shard that is empty is left out until it brings something", async () => {
	const at = place();
	const global = at.global(
		{ holdings: async () => nothing(slotAt(START)) },
		{ ...on, shardCounts: [2, 1] },
	);
	global.apply(counted(at, 1, 1, { shard: 1 }));
	at.now += MINUTE_MS;
	global.apply(counted(at, 1, 1));
	await read(global, "minute");
	await settled();
	at.now += MINUTE_MS;
	global.apply(counted(at, 2, 1));
	expect(await read(global, "minute", { last: 2 })).toMatchObject([
		[MINUTE_MS, 1, true],
		[2 * MINUTE_MS, 1, false],
	]);
	global.apply(counted(at, 2, 1, { shard: 1, slots: [[slotAt(START)]] }));
	at.now += MINUTE_MS;
	global.apply(counted(at, 3, 1));
	expect(await read(global, "minute", { last: 2 })).toEqual([
		[2 * MINUTE_MS, 2, false],
		[3 * MINUTE_MS, 1, false],
	]);
});

test("a shard that nobody reaches holds buckets back for as long as the finest are kept", async () => {
	const at = place();
	const global = at.global(
		{ holdings: () => Promise.reject(new Error("out of reach")) },
		{ ...on, shardCount: 2, shardCounts: [2] },
	);
	global.apply(counted(at, 1, 1, { shard: 1 }));
	const finals = async (seq: number) => {
		global.apply(counted(at, seq));
		return (
			await read(global, "minute", { from: START, to: START + MINUTE_MS })
		)[0]?.[2];
	};
	at.now = START + KEPT.minute;
	expect(await finals(1)).toBe(false);
	at.now += MINUTE_MS;
	expect(await finals(2)).toBe(true);
});

test("what code of before has written is brought forward, and its totals precede history", async () => {
	const at = place();
	const old = new before.GlobalRole(SETTINGS, at.database, at.globalHost());
	old.register([["a"]], 0);
	old.apply(batchOf(1, [["a", 5]]));
	const global = at.global({}, on);
	global.apply(counted(at, 2, 7));
	expect(global.total("a").value).toBe(12);
	expect(await read(global, "minute", { last: 1 })).toEqual([[0, 7, false]]);
	// It must not go on there: what it counts would be in no bucket.
	const back = new before.GlobalRole(SETTINGS, at.database, at.globalHost());
	expect(() => back.apply(batchOf(3, [["a", 1]]))).toThrow("keeps no history");
	await expect(back.reset("a")).rejects.toThrow("keeps no history");
	const again = at.global({}, on);
	expect(again.total("a").value).toBe(12);
	expect(await read(again, "minute", { last: 1 })).toEqual([[0, 7, false]]);
});

test("what a shard has of before is in the bucket in which it arrives", async () => {
	const at = place();
	const batches: Batch[] = [];
	const apply = applying((batch) => batches.push(batch));
	const old = () =>
		new before.ShardRole(0, SETTINGS, at.database, at.shardHost({ apply }));
	await old().increment([["a", 1]]);
	at.now += MINUTE_MS;
	await at.shard({ apply }, on).increment([["a", 2]]);
	at.now += MINUTE_MS;
	// A rollback and back again: nothing is taken for what was in that place before.
	const rolledBack = old();
	await rolledBack.drain();
	await rolledBack.increment([["a", 4]]);
	const shard = at.shard({ apply }, on);
	await shard.increment([["b", 8]]);
	await shard.drain();
	expect(batches).toMatchObject([
		{ entries: [["a", 3]] },
		{
			entries: [
				["a", 4],
				["b", 8],
			],
			slots: [[slotAt(at.now), "b", 8]],
		},
	]);
	expect(batches[0]).not.toHaveProperty("slots");
});

test("history that is turned off leaves nothing but the totals, and begins anew", async () => {
	const at = place();
	const off = { history: historyOff };
	const schemaOf = () =>
		at.storage
			.rows<{ sql: string }>("SELECT sql FROM sqlite_schema")
			.map(({ sql }) => sql);
	const plain = new Place();
	plain.global({}, off);
	const without = plain.storage
		.rows<{ sql: string }>("SELECT sql FROM sqlite_schema")
		.map(({ sql }) => sql);
	const kept = at.global({}, on);
	kept.apply(counted(at, 1, 5));
	expect(schemaOf()).not.toEqual(without);
	const none = at.global({}, off);
	expect(schemaOf().toSorted()).toEqual(without.toSorted());
	none.apply(batchOf(2, [["a", 7]]));
	expect(none.total("a").value).toBe(12);
	expect(
		await none.history({ counter: "a", by: "minute", range: { last: 1 } }),
	).toMatchObject({ problem: { code: "invalid-history" } });
	at.now += MINUTE_MS;
	const again = at.global({}, on);
	again.apply(counted(at, 3, 1));
	expect(again.total("a").value).toBe(13);
	expect(await read(again, "minute", { last: 2 })).toEqual([
		[0, 0, true],
		[MINUTE_MS, 1, false],
	]);

	const shards = [new Place(), new Place()] as const;
	shards[0].shard({}, off);
	await shards[1].shard({}, on).increment([["a", 1]]);
	const back = shards[1].shard({}, off);
	expect(back.holdings().pending).toEqual([["a", 1]]);
	const tables = shards.map(({ storage }) =>
		storage
			.rows<{ sql: string }>("SELECT sql FROM sqlite_schema")
			.map(({ sql }) => sql),
	);
	expect(tables[1]).toEqual(tables[0]);
});

test("no statement goes through more rows of buckets than it is about", async () => {
	const at = place();
	const queries = new Set<string>();
	const { exec } = at.database.sql;
	at.database.sql.exec = ((query: string, ...bindings: unknown[]) => {
		if (/^(select|insert|delete).*\bbuckets\b/is.test(query.trim()))
			queries.add(query);
		return exec(query, ...bindings);
	}) as typeof exec;
	const global = at.global({}, on);
	for (let seq = 1; seq <= 26; seq++) {
		const entries = Array.from(
			{ length: 1_000 },
			(_, n): Entry => [`${seq} ${n}`, 1],
		);
		global.apply(counted(at, seq, 1, { entries }));
		at.now += 2 * HOUR_MS;
		await settled();
	}
	await read(global, "day");
	global.historyTop({ by: "hour", limit: 10 });
	expect(queries.size).toBeGreaterThan(5);
	const plans = [...queries].flatMap((query) =>
		at.storage
			.rows<{ detail: string }>(
				`EXPLAIN QUERY PLAN ${query}`,
				...Array.from({ length: query.split("?").length - 1 }, () => 1),
			)
			.map(({ detail }) => detail),
	);
	for (const plan of plans) {
		expect(plan).not.toMatch(/SCAN buckets/);
		expect(plan).not.toMatch(/buckets.*\(level=\? AND block=\?\)/);
	}
});

test.each<[string, HistoryQuestion["range"], RegExp]>([
	["a range that ends before it begins", { from: 2, to: 1 }, /before `to`/],
	["more points than an answer has", { last: 1_001 }, /1 to 1000 points/],
	["no points", { last: 0 }, /1 to 1000 points/],
	[
		"more minutes than an answer has",
		{ from: START, to: START + 1_001 * MINUTE_MS },
		/at most 1000/,
	],
])("%s is refused", async (_, range, detail) => {
	const at = place();
	const global = at.global({}, on);
	at.now += 2 * DAY_MS;
	const answer = await global.history({ counter: "a", by: "minute", range });
	expect((answer as Refusal).problem).toMatchObject({
		code: "invalid-history",
		detail: expect.stringMatching(detail),
	});
});

function never<T>(): Promise<T> {
	return new Promise(() => {});
}

/** Answers as a shard that holds nothing. */
function nothing(mark: number): Holdings {
	return {
		epoch: 1,
		seq: 1,
		sealed: [],
		pending: [],
		mark,
		isEmpty: true,
	};
}

/** Resolves when all has happened that waits for nothing. */
async function settled(): Promise<void> {
	for (let n = 0; n < 50; n++)
		await new Promise((resolve) => setImmediate(resolve));
}
