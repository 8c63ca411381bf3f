import { expect, test } from "vitest";
import type { WriteEvent } from "../../templates/runtime/protocol.ts";
import { sumByShard } from "../../templates/runtime/stubs/shard-writes.ts";
import type { Writes } from "../../templates/runtime/write-log/contract.ts";
import { writeLog } from "../../templates/runtime/write-log/feature.ts";
import { writeLogOff } from "../../templates/runtime/write-log/off.ts";
import { batchOf, Place } from "./lone-objects.ts";

function event(
	timestamp: number,
	change: Partial<WriteEvent> = {},
): WriteEvent {
	return {
		cmd: "writeToGlobal",
		event: "requestWrite",
		shardName: "shard0",
		counters: { a: timestamp },
		timestamp,
		...change,
	};
}

/** Adds an event to a log. */
function append(log: Writes, { counters, ...rest }: WriteEvent): void {
	log.append({ ...rest, entries: Object.entries(counters) });
}

/** Lists the times of the events that a log still holds, newest first. */
const moments = (log: Writes) => log.events().map(({ timestamp }) => timestamp);

test("a log keeps its newest events, whole, and takes no more rows", () => {
	const place = new Place();
	const log = writeLog({ events: 3 }).open(place.database);
	for (let n = 1; n <= 3; n++) append(log, event(n));
	expect(moments(log)).toEqual([3, 2, 1]);
	for (let n = 4; n <= 8; n++) {
		append(log, event(n, { event: "exceedMaxRequest", shardName: "shard1" }));
		expect(moments(log)).toEqual([n, n - 1, n - 2]);
	}
	expect(log.events()[0]).toEqual({
		...event(8, { event: "exceedMaxRequest", shardName: "shard1" }),
	});
	expect(place.storage.rows("SELECT id FROM writes")).toHaveLength(3);
});

test("a log goes on with another limit", () => {
	const place = new Place();
	const start = (limit: number) =>
		writeLog({ events: limit }).open(place.database);
	const long = start(5);
	for (let n = 1; n <= 7; n++) append(long, event(n));
	const short = start(2);
	expect(moments(short)).toEqual([7, 6]);
	append(short, event(8));
	expect(moments(short)).toEqual([8, 7]);
	const longer = start(3);
	for (let n = 9; n <= 10; n++) append(longer, event(n));
	expect(moments(longer)).toEqual([10, 9, 8]);
});

test("a log of no events keeps none, and forgets those it had", () => {
	const place = new Place();
	append(writeLog({ events: 5 }).open(place.database), event(1));
	const none = writeLogOff.open(place.database);
	const { writes } = place;
	append(none, event(2));
	expect(place.writes).toBe(writes);
	expect(none.events()).toEqual([]);
	expect(place.storage.has("writes")).toBe(false);
	const again = writeLog({ events: 5 }).open(place.database);
	append(again, event(3));
	expect(moments(again)).toEqual([3]);
});

test("as many events are answered as are asked for, the newest", () => {
	const log = writeLog({ events: 5 }).open(new Place().database);
	for (const n of [1, 2, 3]) append(log, event(n));
	const timestamps = (limit?: number) =>
		log.events(limit).map(({ timestamp }) => timestamp);
	expect(timestamps(2)).toEqual([3, 2]);
	expect(timestamps(10)).toEqual([3, 2, 1]);
	expect(timestamps()).toEqual([3, 2, 1]);
});

test("the log says what was written, by whom and why", async () => {
	const place = new Place();
	const global = place.global({}, { globalMinWritesToKV: 2 });
	global.apply(batchOf(1, [["a", 1]], { reason: "afterNoRequest", shard: 3 }));
	place.now += 5_000;
	await place.ring(global);
	global.apply(batchOf(1, [["a", 1]]));
	global.apply(batchOf(2, [["a", 1]]));
	place.now += 1_000;
	await place.ring(global);
	global.apply(batchOf(3, [["a", 1]]));
	place.now += 1_000;
	await global.publish();
	const publication = { cmd: "writeToKV", shardName: "global", counters: {} };
	const events = global.writes().reverse();
	expect(events.filter(({ cmd }) => cmd === "writeToKV")).toEqual([
		{ ...publication, event: "afterNoRequest", timestamp: 1_005_000 },
		{ ...publication, event: "exceedMaxRequest", timestamp: 1_006_000 },
		{ ...publication, event: "requestWrite", timestamp: 1_007_000 },
	]);
	expect(events[0]).toEqual({
		cmd: "writeToGlobal",
		event: "afterNoRequest",
		shardName: "shard3",
		counters: { a: 1 },
		timestamp: 1_000_000,
	});
});

test("writes are summed up by shard, those to KV left out", () => {
	const sums = sumByShard([
		event(1, { counters: { a: 1, b: 2 } }),
		event(2, { shardName: "shard1", counters: { a: 5 } }),
		event(3, { counters: { a: -4, constructor: 1 } }),
		event(4, { cmd: "writeToKV", shardName: "global", counters: {} }),
	]);
	expect(JSON.parse(JSON.stringify(sums))).toEqual({
		shardWrites: {
			shard0: { counters: { a: -3, b: 2, constructor: 1 }, writeCount: 2 },
			shard1: { counters: { a: 5 }, writeCount: 1 },
		},
		totalWrite: 3,
		totalShards: 2,
	});
});
