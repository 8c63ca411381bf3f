import { expect, test } from "vitest";
import { everyShard } from "../../templates/runtime/global/every-shard.ts";
import { KvMemory, type KvValue } from "../../templates/runtime/kv/memory.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import { applying, batchOf, kvTaking } from "./lone-objects.ts";
import { TimedPlace } from "./timed-place.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

test("a clock that steps back an hour stops no publication", async () => {
	const place = new TimedPlace();
	const puts: number[] = [];
	const global = place.global({
		kv: kvTaking(() => puts.push(place.real)),
	});
	let seq = 0;
	const count = () => global.apply(batchOf(++seq));
	count();
	await place.run(global, 5 * SECOND_MS);
	expect(puts).toHaveLength(1);
	place.step(-HOUR_MS);
	for (let minute = 0; minute < 50; minute++) {
		count();
		await place.run(global, MINUTE_MS);
	}
	expect(puts).toHaveLength(51);
	expect(Math.min(...gaps(puts))).toBeGreaterThanOrEqual(SECOND_MS);
});

test("a clock that steps back an hour while KV refuses stops no retry", async () => {
	const place = new TimedPlace();
	let refuses = true;
	let puts = 0;
	const global = place.global({
		kv: kvTaking(() => {
			puts++;
			if (refuses) throw new Error("no");
		}),
	});
	global.apply(batchOf(1));
	await place.run(global, 20 * SECOND_MS);
	const before = puts;
	refuses = false;
	place.step(-HOUR_MS);
	await place.run(global, MINUTE_MS);
	expect(puts).toBe(before + 1);
});

test("a page is kept for its time, and no longer, when the clock steps back", async () => {
	const place = new TimedPlace();
	const deleted: number[] = [];
	const global = place.global({
		pageBytes: 20,
		kv: {
			put: async () => {},
			delete: async () => void deleted.push(place.real),
		},
	});
	const names = Array.from({ length: 8 }, (_, n): Entry => [`n${n}`, 1]);
	global.apply(batchOf(1, names));
	await place.run(global, 5 * SECOND_MS);
	global.apply(batchOf(2, names));
	await place.run(global, 5 * SECOND_MS);
	const named = place.real;
	place.step(-HOUR_MS);
	await place.run(global, 30 * MINUTE_MS);
	expect(deleted.length).toBeGreaterThan(0);
	expect(Math.min(...deleted)).toBeGreaterThanOrEqual(named + 9 * MINUTE_MS);
});

test("a clock that steps back an hour keeps no count in its shard", async () => {
	const place = new TimedPlace();
	const applied: number[] = [];
	const shard = place.shard({
		apply: applying(() => {
			applied.push(place.real);
		}),
	});
	await shard.increment([["a", 1]]);
	place.step(-HOUR_MS);
	await place.run(shard, 45 * MINUTE_MS);
	expect(applied).toHaveLength(1);
});

test("a clock that steps back an hour keeps no batch that failed in its shard", async () => {
	const place = new TimedPlace();
	let isDown = true;
	let applied = 0;
	const shard = place.shard({
		apply: applying(() => {
			if (isDown) throw new Error("down");
			applied++;
		}),
	});
	await shard.increment([["a", 1]]);
	await place.run(shard, 5 * SECOND_MS);
	isDown = false;
	place.step(-HOUR_MS);
	await place.run(shard, 2 * MINUTE_MS);
	expect(applied).toBe(1);
});

test("a shard that is too full says so again though its clock has stepped back", async () => {
	const place = new TimedPlace();
	const shard = place.shard({ apply: () => new Promise(() => {}) });
	const fill = async () => {
		await shard.increment([["a", Number.MAX_SAFE_INTEGER]]);
		await shard.increment([["a", 1]]);
	};
	await fill();
	place.step(-HOUR_MS);
	await fill();
	expect(place.events.filter((event) => event === "shard-full")).toHaveLength(
		2,
	);
});

test("an alarm that rings an hour early does not ring without pause", async () => {
	const place = new TimedPlace();
	const shard = place.shard({}, { shardWriteToGlobalAfter: 30 * MINUTE_MS });
	await shard.increment([["a", 1]]);
	place.alarmsAhead = HOUR_MS;
	await place.run(shard, 10 * MINUTE_MS);
	expect(place.rung).toBeGreaterThan(0);
	expect(place.rung).toBeLessThanOrEqual(10 * 60 + 2);
});

test("an alarm of the global object that rings early does not ring without pause", async () => {
	const place = new TimedPlace();
	const global = place.global({}, { globalWriteToKVAfter: 30 * MINUTE_MS });
	global.apply(batchOf(1));
	place.alarmsAhead = HOUR_MS;
	await place.run(global, 10 * MINUTE_MS);
	expect(place.rung).toBeGreaterThan(0);
	expect(place.rung).toBeLessThanOrEqual(10 * 60 + 2);
});

test("an alarm that rings a moment early waits for that moment", async () => {
	const place = new TimedPlace();
	let appliedAt = 0;
	const shard = place.shard({
		apply: applying(() => {
			appliedAt = place.real;
		}),
	});
	const counted = place.real;
	await shard.increment([["a", 1]]);
	place.alarmsAhead = 300;
	await place.run(shard, MINUTE_MS);
	expect(appliedAt).toBe(counted + SECOND_MS);
	expect(place.rung).toBeLessThanOrEqual(3);
});

test("a short timer is kept though the clock stands still", async () => {
	const place = new TimedPlace();
	let applied = 0;
	const shard = place.shard(
		{
			apply: applying(() => {
				applied++;
			}),
		},
		{ shardWriteToGlobalAfter: 50 },
	);
	place.stop();
	await shard.increment([["a", 1]]);
	await place.run(shard, MINUTE_MS);
	expect(applied).toBe(1);
	expect(place.rung).toBeLessThanOrEqual(2);
});

test.each([-HOUR_MS, HOUR_MS])(
	"a clock that jumps by %i ms ends no round of all shards, and none lasts longer",
	async (jump) => {
		const place = new TimedPlace();
		const shards = Array.from({ length: 100 }, (_, n) => n);
		const asked = everyShard(place.host, shards, async (shard) => {
			if (shard === 3) place.step(jump);
			await place.host.wait(5);
			// One of those that are asked later never answers.
			return shard === 90 ? new Promise<number>(() => {}) : shard;
		});
		await place.run(undefined, 31 * SECOND_MS);
		const { answers, unreachable } = await asked;
		expect(answers).toHaveLength(99);
		expect(unreachable).toEqual(["shard90"]);
	},
);

test("a clock that jumps makes no shard look down", async () => {
	const place = new TimedPlace();
	const health = {
		requests: 0,
		counters: 0,
		size: 0,
		lag: 0,
		failures: { total: 0, inRow: 0 },
	};
	const global = place.global({
		health: async () => {
			place.step(HOUR_MS);
			await place.host.wait(5);
			return health;
		},
	});
	for (let shard = 0; shard < 100; shard++) global.register([["a"]], shard);
	const gathered = global.health.gather();
	await place.run(undefined, 6 * SECOND_MS);
	const { shards } = await gathered;
	expect(shards.filter(({ health }) => health === undefined)).toEqual([]);
});

function totals(asOf: number): KvValue {
	return { asOf, totals: new Map([["a", asOf]]) };
}

test("an isolate whose clock steps back an hour does not remember for an hour", () => {
	let now = 10 * HOUR_MS;
	const memory = new KvMemory(() => now);
	memory.reading("key")(totals(1), false);
	expect(memory.get("key")).toBeDefined();
	now -= HOUR_MS;
	expect(memory.get("key")).toBeUndefined();
	now += 59 * MINUTE_MS;
	expect(memory.get("key")).toBeUndefined();
});

test("a page that never changes stays whatever the clock says", () => {
	let now = 10 * HOUR_MS;
	const memory = new KvMemory(() => now);
	memory.reading("page")(totals(1), true);
	for (now of [9 * HOUR_MS, 20 * HOUR_MS])
		expect(memory.get("page")).toEqual(totals(1));
});

test("an isolate remembers what a publisher wrote whose clock stepped back", () => {
	let now = 10 * HOUR_MS;
	const memory = new KvMemory(() => now);
	memory.reading("key")(totals(now), false);
	now += 2 * SECOND_MS;
	memory.reading("key")(totals(now - HOUR_MS), false);
	expect(memory.get("key")).toEqual(totals(now - HOUR_MS));
});

test("of two reads at the same time the one that ends last does not bring back what is gone", () => {
	let now = 10 * HOUR_MS;
	const memory = new KvMemory(() => now);
	const slow = memory.reading("key");
	now += 100;
	memory.reading("key")(totals(now - HOUR_MS), false);
	slow(totals(now - 100), false);
	expect(memory.get("key")).not.toEqual(totals(now - 100));
});

test("what is read while a reset returns brings nothing back that is gone", () => {
	const memory = new KvMemory(() => 10 * HOUR_MS);
	const first = memory.reading("key");
	memory.forget();
	const second = memory.reading("key");
	// It began before the other one, and came to KV after it.
	first(totals(2), false);
	second(totals(1), false);
	expect(memory.get("key")).toBeUndefined();
});

test("many pages do not have an isolate forget that their list was read", () => {
	const memory = new KvMemory(() => 10 * HOUR_MS);
	const slow = memory.reading("key");
	memory.reading("key")(totals(2), false);
	for (let n = 0; n < 20; n++) memory.reading(`page ${n}`)(totals(2), true);
	slow(totals(1), false);
	expect(memory.get("key")).not.toEqual(totals(1));
});

function gaps(moments: readonly number[]): number[] {
	return moments.slice(1).map((at, n) => at - (moments[n] ?? 0));
}
