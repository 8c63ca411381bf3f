import { expect, test } from "vitest";
import type { Batch } from "../../templates/runtime/protocol.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import { EPOCH, never, Place } from "./lone-objects.ts";

const T = 1_000_000;

/** A shard, and the batches that the global object is sent. */
function shardAt(
	place: Place,
	settings: Partial<CounterSettings> = {},
	answer: () => "applied" | "never" | "fails" = () => "applied",
) {
	const sent: Batch[] = [];
	const shard = place.shard(
		{
			apply: async (batch) => {
				sent.push(structuredClone(batch));
				const how = answer();
				if (how === "fails") throw new Error("gone");
				if (how === "never") return never();
				return { epoch: batch.epoch, seq: batch.seq };
			},
		},
		settings,
	);
	return { shard, sent };
}

test("counts are due when the first of them are as old as the timer says", async () => {
	const place = new Place();
	const { shard, sent } = shardAt(place, { shardWriteToGlobalAfter: 5_000 });
	expect(place.alarm).toBeUndefined();
	await shard.increment([["a", 1]]);
	place.now += 400;
	await shard.increment([["a", 1]]);
	expect(place.alarm).toBe(T + 5_000);
	// One that rings early pauses for a second at most: a millisecond is left.
	place.now = T + 3_999;
	await place.ring(shard);
	expect(sent).toEqual([]);
	expect(place.alarm).toBe(T + 5_000);
	place.now = T + 5_000;
	await place.ring(shard);
	expect(sent).toEqual([
		{
			version: 1,
			shard: 0,
			epoch: EPOCH,
			seq: 1,
			reason: "afterNoRequest",
			requests: 2,
			entries: [["a", 2]],
		},
	]);
	expect(place.alarm).toBeUndefined();
});

test("counts are sent at once when enough requests have come", async () => {
	const place = new Place();
	const { shard, sent } = shardAt(place, { shardMinRequestToGlobal: 2 });
	await shard.increment([["a", 1]]);
	expect(sent).toHaveLength(0);
	await shard.increment([["b", 1]]);
	expect(sent).toMatchObject([
		{ seq: 1, reason: "exceedMaxRequest", requests: 2 },
	]);
});

test("without a timer counts are due by number alone, until they are drained", async () => {
	const place = new Place();
	const { shard, sent } = shardAt(place, { shardWriteToGlobalAfter: 0 });
	await shard.increment([["a", 1]]);
	place.now += 1_000_000;
	await place.ring(shard);
	expect([sent.length, place.alarm]).toEqual([0, undefined]);
	expect(await shard.drain()).toBe(true);
	expect(sent).toMatchObject([{ reason: "requestWrite" }]);
	expect(await shard.drain()).toBe(false);
});

test("a batch without an answer is sent again after both deadlines, and after a start at once", async () => {
	const place = new Place();
	const { shard, sent } = shardAt(place, {}, () => "never");
	await shard.increment([["a", 1]]);
	place.now = T + 1_000;
	void place.ring(shard);
	await new Promise((resolve) => setImmediate(resolve));
	expect(sent).toHaveLength(1);
	expect(place.alarm).toBe(T + 1_000 + 20_000);
	// Counts that come meanwhile are the next batch, and wait for this one.
	place.now += 50;
	await shard.increment([["b", 1]]);
	expect(place.alarm).toBe(T + 1_000 + 20_000);
	place.now += 50;
	place.alarm = undefined;
	const again = shardAt(place);
	expect(place.alarm).toBe(place.now);
	await place.ring(again.shard);
	expect(again.sent).toMatchObject([
		{ epoch: EPOCH, seq: 1, entries: [["a", 1]] },
	]);
	expect(place.alarm).toBe(T + 1_050 + 1_000);
});

test("a batch that failed is sent again after ever longer, alike, and by nothing else", async () => {
	const place = new Place();
	let answer: "applied" | "fails" = "fails";
	const { shard, sent } = shardAt(
		place,
		{ shardMinRequestToGlobal: 2 },
		() => answer,
	);
	await shard.increment([["a", 1]]);
	place.now = T + 1_000;
	const waits: number[] = [];
	for (let n = 0; n < 4; n++) {
		await place.ring(shard);
		waits.push(Number(place.alarm) - place.now);
		place.now = Number(place.alarm);
	}
	expect(waits).toEqual([375, 750, 1_500, 3_000]);
	for (let n = 0; n < 3; n++) await shard.increment([["b", 1]]);
	expect(sent).toHaveLength(4);
	expect(new Set(sent.map((batch) => JSON.stringify(batch))).size).toBe(1);
	answer = "applied";
	await place.ring(shard);
	// The next one is full: it is due since its first count.
	expect(sent.map(({ seq }) => seq)).toEqual([1, 1, 1, 1, 1, 2]);
	expect(sent.at(-1)).toMatchObject({ requests: 3, entries: [["b", 3]] });
});

test("a lower threshold that came with new code is due at once", async () => {
	const place = new Place();
	const { shard } = shardAt(place, { shardWriteToGlobalAfter: 0 });
	await shard.increment([["a", 1]]);
	await shard.increment([["a", 1]]);
	expect(place.alarm).toBeUndefined();
	place.now += 5;
	const { sent } = shardAt(place, {
		shardWriteToGlobalAfter: 0,
		shardMinRequestToGlobal: 2,
	});
	expect(place.alarm).toBe(place.now);
	expect(sent).toEqual([]);
});

test("a batch that was applied is not sent after the alarm noted so", async () => {
	const place = new Place();
	const { shard, sent } = shardAt(place);
	await shard.increment([["a", 1]]);
	await shard.drain();
	expect(sent).toHaveLength(1);
	await place.ring(shard);
	const again = shardAt(place);
	expect(await again.shard.drain()).toBe(false);
	expect(again.shard.holdings()).toEqual({
		epoch: EPOCH,
		seq: 1,
		sealed: [],
		pending: [],
	});
	await again.shard.increment([["a", 1]]);
	await again.shard.drain();
	expect(again.sent).toMatchObject([{ epoch: EPOCH, seq: 2 }]);
});

test("a batch that fills while another is sealed does not take its place on disk", async () => {
	const place = new Place();
	const first = shardAt(place, {}, () => "never");
	await first.shard.increment([["a", 1]]);
	void first.shard.drain();
	await new Promise((resolve) => setImmediate(resolve));
	// Started again, it has sent nothing yet when the next batch is full.
	const second = shardAt(place, { shardMinRequestToGlobal: 1 }, () => "never");
	await second.shard.increment([["b", 1]]);
	expect(second.sent).toMatchObject([{ seq: 1 }]);
	const third = shardAt(place);
	expect(third.shard.holdings()).toEqual({
		epoch: EPOCH,
		seq: 1,
		sealed: [["a", 1]],
		pending: [["b", 1]],
	});
});

test("however much is flushed, a shard's journal keeps to a few rows", async () => {
	const place = new Place();
	const { shard, sent } = shardAt(place, { shardMinRequestToGlobal: 2 });
	for (let n = 0; n < 100; n++) {
		await shard.increment([["a", 1]]);
		await new Promise((resolve) => setImmediate(resolve));
	}
	expect(sent).toHaveLength(50);
	const rows = place.storage.rows("SELECT id FROM journal");
	expect(rows.length).toBeLessThanOrEqual(4);
});

test("what the alarm brought is not sent once more after a restart", async () => {
	const place = new Place();
	const { shard, sent } = shardAt(place, { shardWriteToGlobalAfter: 5_000 });
	await shard.increment([["a", 1]]);
	place.now += 5_000;
	await place.ring(shard);
	expect(sent).toHaveLength(1);
	expect(place.alarm).toBeUndefined();
	const again = shardAt(place);
	expect(place.alarm).toBeUndefined();
	await again.shard.drain();
	expect(again.sent).toEqual([]);
});

test("the commit that fills a batch closes it, which costs no row of its own", async () => {
	const place = new Place();
	const { shard, sent } = shardAt(
		place,
		{ shardMinRequestToGlobal: 3 },
		() => "never",
	);
	const costs: number[] = [];
	for (let n = 0; n < 3; n++) {
		const before = place.writes;
		await shard.increment([["a", 1]]);
		costs.push(place.writes - before);
	}
	expect(sent).toHaveLength(1);
	// The first one notes the name, too.
	expect(costs.slice(1)).toEqual([1, 1]);
});
