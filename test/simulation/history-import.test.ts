import { expect, test } from "vitest";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type {
	CounterHistory,
	HistoryUnit,
	Kept,
	PastPart,
} from "../../templates/runtime/history/contract.ts";
import { history } from "../../templates/runtime/history/feature.ts";
import type {
	Amount,
	Batch,
	SlotItem,
} from "../../templates/runtime/protocol.ts";
import type { ShardRole } from "../../templates/runtime/shard/role.ts";
import { applying, batchOf, Place } from "./lone-objects.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** History begins at half past ten. */
const MIDNIGHT = 20_000 * DAY_MS;
const BEGIN = MIDNIGHT + 10.5 * HOUR_MS;
const KEPT = { minute: 2 * HOUR_MS, hour: 7 * DAY_MS, day: 400 * DAY_MS };
const [MINUTE, HOUR, DAY] = [0, 1, 2] as const;

const kept = (units: Kept = KEPT) => ({
	history: history({ ...units, timeZone: "UTC" }),
});
const slotAt = (ms: number) => Math.floor(ms / MINUTE_MS);

function place(): Place {
	const place = new Place();
	place.now = BEGIN;
	return place;
}

/** An amount of `a` that was counted elsewhere, so long before midnight or after it. */
const amount = (by: number, level: number, fromMidnight: number): Amount => [
	"a",
	by,
	level,
	slotAt(MIDNIGHT + fromMidnight),
];

/** A batch of these, as a shard sends it. */
const imported = (seq: number, amounts: readonly Amount[]): Batch =>
	batchOf(seq, [["a", amounts.reduce((sum, [, by]) => sum + by, 0)]], {
		slots: amounts.map((one): SlotItem => [-1, ...one]),
		mark: slotAt(BEGIN),
	});

/** Buckets that have something, with their beginning after midnight. */
async function read(
	global: GlobalRole,
	by: HistoryUnit,
	how?: "exact",
): Promise<[start: number, value: number, final: boolean][]> {
	const last = { minute: 300, hour: 200, day: 100 }[by];
	const question = { counter: "a", by, range: { last } };
	const answer = await global.history(question, how);
	return (answer as CounterHistory).points
		.filter(({ value }) => value !== 0)
		.map(({ start, value, final }) => [start - MIDNIGHT, value, final]);
}

/** All that is kept, as a backup has it. */
async function backup(global: GlobalRole): Promise<object> {
	const answer = await global.historyPart({ from: "", limit: 10 }, "exact");
	return Object.fromEntries(
		(answer as PastPart).entries.map(([name, value, past]) => [
			name,
			{
				value,
				...Object.fromEntries(
					Object.entries(past).map(([unit, list]) => [
						unit,
						list.map(([start, sum]) => [start - MIDNIGHT, sum]),
					]),
				),
			},
		]),
	);
}

/** The days that an import of a week brings to an object whose history begins now. */
const WEEK = [
	amount(1, DAY, -6 * DAY_MS),
	amount(2, HOUR, -2 * DAY_MS + 3 * HOUR_MS),
	amount(4, HOUR, 8 * HOUR_MS),
	amount(8, MINUTE, 9 * HOUR_MS + 59 * MINUTE_MS),
	amount(16, MINUTE, 10 * HOUR_MS + 12 * MINUTE_MS),
	amount(32, HOUR, 10 * HOUR_MS),
	["a", 64] as const,
];

const RESTORED = {
	minute: [
		[9 * HOUR_MS + 59 * MINUTE_MS, 8, true],
		[10 * HOUR_MS + 12 * MINUTE_MS, 16, true],
		[10.5 * HOUR_MS, 32, false],
	],
	hour: [
		[-2 * DAY_MS + 3 * HOUR_MS, 2, true],
		[8 * HOUR_MS, 4, true],
		[9 * HOUR_MS, 8, true],
		[10 * HOUR_MS, 48, false],
	],
	day: [
		[-6 * DAY_MS, 1, true],
		[-2 * DAY_MS, 2, true],
		[0, 60, false],
	],
};

async function expectRestored(global: GlobalRole): Promise<void> {
	for (const [unit, points] of Object.entries(RESTORED))
		expect(await read(global, unit as HistoryUnit)).toEqual(points);
}

test("what was counted elsewhere is in its minute, hour and day, and in the total once", async () => {
	const at = place();
	const global = at.global({}, kept());
	global.register([["a"]], 0);
	global.apply(imported(1, WEEK));
	global.apply(imported(1, WEEK));
	expect(global.total("a").value).toBe(127);
	await expectRestored(global);
	// The same after a restart, and once all of it is summed up.
	await expectRestored(at.global({}, kept()));
	at.now += 2 * DAY_MS;
	const later = at.global({}, kept());
	later.apply(batchOf(2, [["a", 1]], { mark: slotAt(at.now), slots: [] }));
	await settled();
	expect(await read(later, "day")).toEqual([
		[-6 * DAY_MS, 1, true],
		[-2 * DAY_MS, 2, true],
		[0, 60, true],
		[2 * DAY_MS, 1, false],
	]);
	expect((await read(later, "hour")).slice(0, 4)).toEqual(
		RESTORED.hour.map(([start, value]) => [start, value, true]),
	);
});

test("what is in the day under way, and in none of its hours, is in the hour under way", async () => {
	const at = place();
	const global = at.global({}, kept());
	global.register([["a"]], 0);
	global.apply(imported(1, [amount(5, DAY, 0)]));
	expect(await read(global, "day")).toEqual([[0, 5, false]]);
	expect(await read(global, "hour")).toEqual([[10 * HOUR_MS, 5, false]]);
});

test("a bucket that is final takes nothing, nor does one that is in such a bucket", async () => {
	const at = place();
	const global = at.global({}, kept());
	global.register([["a"]], 0);
	at.now = MIDNIGHT + 35 * HOUR_MS;
	const mark = slotAt(at.now);
	global.apply({ ...imported(1, [["a", 1]]), mark });
	await settled();
	await read(global, "day");
	global.apply({
		...imported(2, [
			// The day was under way when history began, and is over.
			amount(2, DAY, 0),
			amount(4, HOUR, 3 * HOUR_MS),
			amount(8, HOUR, 33 * HOUR_MS),
			// This was before.
			amount(16, DAY, -DAY_MS),
			// This is yet to come.
			amount(32, HOUR, 36 * HOUR_MS),
		]),
		mark,
	});
	expect(global.total("a").value).toBe(63);
	expect(await read(global, "day")).toEqual([[-DAY_MS, 16, true]]);
	expect(await read(global, "hour")).toEqual([]);
});

test("kinds that are not kept are in coarser ones, and what is no longer kept in none", async () => {
	const at = place();
	const global = at.global({}, kept({ hour: KEPT.hour, day: 30 * DAY_MS }));
	global.register([["a"]], 0);
	global.apply(
		imported(1, [
			amount(1, MINUTE, 5 * HOUR_MS),
			amount(2, HOUR, -20 * DAY_MS),
			amount(4, DAY, -100 * DAY_MS),
		]),
	);
	await settled();
	expect(await read(global, "day")).toEqual([
		[-20 * DAY_MS, 2, true],
		[0, 1, false],
	]);
	expect(await read(global, "hour")).toEqual([[5 * HOUR_MS, 1, true]]);
	const hours = place();
	const other = hours.global({}, kept({ hour: KEPT.hour }));
	other.register([["a"]], 0);
	other.apply(imported(1, [amount(1, DAY, -DAY_MS)]));
	expect(await read(other, "hour")).toEqual([]);
	expect(other.total("a").value).toBe(1);
});

test("a shard keeps when it was over a restart, and an exact read places it alike", async () => {
	const at = place();
	const there = place();
	const batches: Batch[] = [];
	const settings = { ...kept(), shardMinRequestToGlobal: 1_000 };
	let shard: ShardRole;
	const global = there.global(
		{ holdings: async (_, ...which) => shard.holdings(...which) },
		settings,
	);
	global.register([["a"]], 0);
	const open = () =>
		at.shard({ apply: applying((batch) => batches.push(batch)) }, settings);
	shard = open();
	for (const [n, one] of WEEK.entries()) {
		await shard.increment([one, one], undefined, "none");
		if (n % 3 === 2) shard = open();
	}
	const doubled = (points: readonly (readonly unknown[])[]) =>
		points.map(([start, value, ...rest]) => [
			start,
			2 * Number(value),
			...rest,
		]);
	for (const [unit, points] of Object.entries(RESTORED))
		expect(await read(global, unit as HistoryUnit, "exact")).toEqual(
			doubled(points),
		);
	const held = await backup(global);
	await shard.drain();
	for (const batch of batches) global.apply(batch);
	expect(batches).toHaveLength(1);
	for (const [unit, points] of Object.entries(RESTORED))
		expect(await read(global, unit as HistoryUnit)).toEqual(doubled(points));
	expect(await backup(global)).toEqual(held);
	expect(held).toEqual({
		a: {
			value: 254,
			minute: doubled(RESTORED.minute.map(([start, sum]) => [start, sum])),
			hour: doubled(RESTORED.hour.map(([start, sum]) => [start, sum])),
			day: doubled(RESTORED.day.map(([start, sum]) => [start, sum])),
		},
	});
});

test("a journal of many imports is compacted with their places", async () => {
	const at = place();
	const batches: Batch[] = [];
	const settings = { ...kept(), shardMinRequestToGlobal: 1_000 };
	const open = () =>
		at.shard({ apply: applying((batch) => batches.push(batch)) }, settings);
	const shard = open();
	for (let n = 0; n < 70; n++)
		await shard.increment([amount(1, DAY, -n * DAY_MS)], undefined, "none");
	await open().drain();
	expect(batches[0]?.entries).toEqual([["a", 70]]);
	expect(batches[0]?.slots).toHaveLength(70);
});

test("the bucket under way stays open for what came while it was", async () => {
	const at = place();
	const batches: Batch[] = [];
	const shard = at.shard(
		{ apply: applying((batch) => batches.push(batch)) },
		{ ...kept(), shardMinRequestToGlobal: 1_000 },
	);
	await shard.increment([amount(1, HOUR, 10 * HOUR_MS)], undefined, "none");
	at.now += HOUR_MS;
	expect(shard.holdings({ from: "", names: [], slots: true }).mark).toBe(
		slotAt(BEGIN),
	);
	await shard.drain();
	expect(batches[0]?.mark).toBe(slotAt(at.now));
});

test("after a reset of all counters history begins anew, and a backup can be restored", async () => {
	const at = place();
	const settings = { ...kept(), shardCount: 1 };
	const host = { holdings: async () => nothing };
	const global = at.global(host, settings);
	global.register([["a"]], 0);
	global.apply(
		batchOf(1, [["a", 7]], { slots: [[slotAt(at.now)]], mark: slotAt(at.now) }),
	);
	at.now += 3 * DAY_MS;
	global.apply(batchOf(2, [["a", 1]], { slots: [], mark: slotAt(at.now) }));
	await settled();
	const before = await backup(global);
	await global.reset();
	expect(await backup(global)).toEqual({});
	global.register([["a"]], 0);
	global.apply({
		...imported(3, [
			amount(7, MINUTE, 10.5 * HOUR_MS),
			amount(1, HOUR, 3 * DAY_MS + 10 * HOUR_MS),
		]),
		mark: slotAt(at.now),
	});
	const again = await backup(at.global(host, settings));
	// Minutes of then are no longer kept.
	expect(again).toMatchObject(
		JSON.parse(
			JSON.stringify(before, (key, value) =>
				key === "minute" ? undefined : value,
			),
		),
	);
	expect(await read(global, "day")).toEqual([
		[0, 7, true],
		[3 * DAY_MS, 1, false],
	]);
});

test("a backup comes in parts: so many counters, or enough buckets", async () => {
	const at = place();
	const global = at.global({}, kept());
	const names = Array.from({ length: 300 }, (_, n) => `a${1_000 + n}`);
	global.register([names], 0);
	const days = Array.from(
		{ length: 390 },
		(_, n) => slotAt(MIDNIGHT) - n * 1_440,
	);
	let seq = 0;
	for (const name of names)
		global.apply(
			batchOf(++seq, [[name, 390]], {
				slots: days.map((slot): SlotItem => [-1, name, 1, DAY, slot]),
				mark: slotAt(at.now),
			}),
		);
	await settled();
	const sizes: number[] = [];
	const seen: string[] = [];
	for (let from: string | undefined = ""; from !== undefined; ) {
		const part = (await global.historyPart({
			from,
			limit: 10_000,
		})) as PastPart;
		sizes.push(part.entries.length);
		for (const [name, total, { day = [] }] of part.entries) {
			seen.push(name);
			expect([total, day.length]).toEqual([390, 390]);
		}
		from = part.last === undefined ? undefined : `${part.last}\0`;
	}
	expect(seen).toEqual(names);
	expect(sizes).toEqual([128, 128, 44]);
});

/** Answers as a shard that holds nothing. */
const nothing = { epoch: 1, seq: 0, sealed: [], pending: [] };

async function settled(): Promise<void> {
	for (let n = 0; n < 50; n++)
		await new Promise((resolve) => setImmediate(resolve));
}
