import * as fc from "fast-check";
import { expect, test } from "vitest";
import { billOf } from "../../../cli/planner/bill.ts";
import { commitsOf } from "../../../cli/planner/commits.ts";
import { deliveriesOf } from "../../../cli/planner/deliveries.ts";
import { flushesOf } from "../../../cli/planner/flushes.ts";
import { exhaustedOf } from "../../../cli/planner/free-plan.ts";
import {
	CLOUDFLARE,
	type Load,
	NO_FEATURES,
	NO_LOAD,
	type Thresholds,
} from "../../../cli/planner/load.ts";
import { modelOf } from "../../../cli/planner/model.ts";
import { Spread } from "../../../cli/planner/spread.ts";
import { stalenessOf } from "../../../cli/planner/staleness.ts";
import { monthOf, NO_USAGE, steadyUsage } from "../../../cli/planner/usage.ts";

const DEFAULTS: Thresholds = {
	shardCount: 2,
	shardMinRequestToGlobal: 100,
	shardWriteToGlobalAfter: 5_000,
	globalMinWritesToKV: 100,
	globalWriteToKVAfter: 5_000,
	writeLog: 1_000,
	idempotencyWindow: 3_600_000,
	...NO_FEATURES,
};

test("a commit of its own each, where requests are rare; all that came meanwhile, where not", () => {
	// e^−m + m: at m = 0.1 that is 1.00484.
	expect(commitsOf(10, 0.01).requests).toBeCloseTo(1.004837, 6);
	expect(commitsOf(500, 0.01).requests).toBeCloseTo(5.006738, 6);
	// Past eight, a shard waits for sixteen, 8 ms at the most.
	expect(commitsOf(1_000, 0.01).requests).toBeCloseTo(16, 4);
	expect(commitsOf(0, 0.01).perSecond).toBe(0);
});

test("a slow shard flushes by time: the timer, and the wait for the next request", () => {
	const slow = flushesOf(0.5, DEFAULTS, 0, 0.02);
	expect(slow.interval).toBeCloseTo(5 + 2, 9);
	expect(slow.byTime).toBeCloseTo(1, 12);
	expect(slow.requests).toBeCloseTo(3.5, 9);
});

test("a busy one flushes when it is full", () => {
	const busy = flushesOf(200, DEFAULTS, 0, 0.02);
	expect(busy.interval).toBeCloseTo(0.5, 6);
	expect(busy.byTime).toBeLessThan(1e-9);
	expect(busy.requests).toBeCloseTo(100, 4);
});

test("one request that fills a batch waits for the answer to the one before", () => {
	const each = flushesOf(
		100,
		{ ...DEFAULTS, shardMinRequestToGlobal: 1 },
		0,
		0.02,
	);
	// f + e^(−rate·f) / rate, as a commit.
	expect(each.interval).toBeCloseTo(0.02 + Math.exp(-2) / 100, 9);
});

test("distinct counters of uniform increments are n·(1 − e^(−d/n))", () => {
	const uniform = new Spread(1_000, true);
	expect(uniform.distinct(1_000)).toBeCloseTo(1_000 * (1 - 1 / Math.E), 6);
	expect(uniform.distinct(uniform.increments(500))).toBeCloseTo(500, 3);
	expect(uniform.increments(1_000)).toBe(Infinity);
});

test("of a million counters as pages are viewed, the first has a fourteenth", () => {
	// The sum of 1/n up to a million is 14.3927.
	const pages = new Spread(1_000_000, false);
	expect(pages.distinct(14.3927 * 1e-6)).toBeCloseTo(14.3927e-6, 9);
	expect(pages.distinct(1e12)).toBeCloseTo(1_000_000, -1);
});

test("slow traffic: rows, calls and puts of an hour, by hand", () => {
	const load = { ...NO_LOAD, rate: 1, peak: 1, counters: 10 };
	const model = modelOf({ ...DEFAULTS, shardCount: 1 }, load, CLOUDFLARE);
	const usage = steadyUsage(model, 3_600);
	// A flush every 6 s, and a publication every two: each 5 s after a flush, and the
	// next flush comes 6 s after that one.
	expect(model.flushes.perSecond * 3_600).toBeCloseTo(600, 3);
	expect(usage.kvWrites).toBeGreaterThan(570);
	expect(usage.kvWrites).toBeLessThan(601);
	expect(usage.workerRequests).toBe(3_600);
	// Requests, flushes, alarms of the shard and of the global object.
	expect(usage.objectRequests).toBeCloseTo(
		3_600 + 600 + 600 + usage.kvWrites,
		0,
	);
	// A row a commit (3,600 less the few that share one); of each flush the alarm, the
	// seal, its repetition, that it is applied (but for 2% under way), the journal (and
	// a 31st of a checkpoint), the log; and five of each publication.
	expect(usage.rowsWritten).toBeCloseTo(
		3_582 + 600 * (5 + 0.98 + 1 / 31) + 5 * usage.kvWrites,
		-2,
	);
});

test("a queue delivers ten messages, or those of five seconds; each is three operations", () => {
	const queued = { ...NO_LOAD, isQueued: true };
	const busy = deliveriesOf({ ...queued, rate: 100 });
	expect(busy.calls).toBeCloseTo(10, 6);
	expect(busy.operations).toBe(300);
	// The first message is waited for, 100 s, and then five seconds.
	expect(deliveriesOf({ ...queued, rate: 0.01 }).calls).toBeCloseTo(1 / 105, 9);
	// 100 bytes, and 25 for each counter: past 64,000, one more of each.
	const many = (batch: number) =>
		deliveriesOf({ ...queued, rate: 1, batch }).operations;
	expect([many(2_556), many(2_557)]).toEqual([3, 6]);
	expect(deliveriesOf({ ...NO_LOAD, rate: 7 })).toEqual({
		calls: 7,
		operations: 0,
	});
});

const thresholds: fc.Arbitrary<Thresholds> = fc.record({
	shardCount: fc.integer({ min: 1, max: 64 }),
	shardMinRequestToGlobal: fc.integer({ min: 1, max: 10_000 }),
	shardWriteToGlobalAfter: fc.oneof(
		fc.constant(0),
		fc.integer({ min: 10, max: 3_600_000 }),
	),
	globalMinWritesToKV: fc.integer({ min: 1, max: 10_000 }),
	globalWriteToKVAfter: fc.oneof(
		fc.constant(0),
		fc.integer({ min: 1_000, max: 3_600_000 }),
	),
	writeLog: fc.constantFrom(0, 1_000),
	idempotencyWindow: fc.constant(3_600_000),
	history: fc.constantFrom<Thresholds["history"]>(
		undefined,
		{ minute: 7_200_000 },
		{ hour: 604_800_000, day: 34_560_000_000 },
		{ day: 34_560_000_000 },
	),
	top: fc.constantFrom(0, 10),
	live: fc.constantFrom<Thresholds["live"]>(false, { objects: 4 }),
	total: fc.constantFrom<Thresholds["total"]>(
		undefined,
		{ max: 1_000 },
		{ max: 100, per: "month" },
		{ min: 0, max: 1_000_000, per: "hour" },
	),
	increment: fc.constantFrom({ min: 1, max: 8 }, { min: -8, max: -1 }),
});

const loads: fc.Arbitrary<Load> = fc
	.record({
		rate: fc.double({ min: 0.001, max: 5_000, noNaN: true }),
		counters: fc.integer({ min: 1, max: 1_000_000 }),
		reads: fc.double({ min: 0, max: 1_000, noNaN: true }),
		viewers: fc.constantFrom(0, 1, 40_000),
		isUniform: fc.boolean(),
		isKeyed: fc.boolean(),
		isQueued: fc.boolean(),
	})
	.map((some) => ({ ...NO_LOAD, peak: some.rate, ...some }));

test("whatever the configuration, amounts are numbers, and bounds hold", () => {
	fc.assert(
		fc.property(thresholds, loads, (thresholds, load) => {
			const model = modelOf(thresholds, load, CLOUDFLARE);
			const usage = monthOf(model);
			for (const value of Object.values(usage)) {
				expect(value).toBeGreaterThanOrEqual(0);
				expect(Number.isFinite(value)).toBe(true);
			}
			// KV takes a write a second for a key.
			expect(model.publications.perSecond).toBeLessThanOrEqual(1 + 1e-9);
			expect(model.commits.perSecond).toBeLessThanOrEqual(
				load.rate / thresholds.shardCount + 1e-9,
			);
			expect(model.flushes.perSecond).toBeLessThanOrEqual(
				load.rate / thresholds.shardCount + 1e-9,
			);
			expect(model.alarms.rings).toBeGreaterThanOrEqual(0);
			const { global, kv } = stalenessOf(model);
			for (const { typical, p99, worst } of [global, kv]) {
				expect(typical).toBeLessThanOrEqual(p99);
				expect(p99).toBeLessThanOrEqual(worst * 1.01 + 1.1);
			}
			expect(global.p99).toBeLessThanOrEqual(kv.p99 + 1e-9);
		}),
		{ numRuns: 150 },
	);
});

test("what is counted slower than a threshold costs no less with a lower one", () => {
	const load = { ...NO_LOAD, rate: 20, peak: 20 };
	const rows = (changed: Partial<Thresholds>) =>
		monthOf(modelOf({ ...DEFAULTS, ...changed }, load, CLOUDFLARE)).rowsWritten;
	expect(rows({ shardWriteToGlobalAfter: 1_000 })).toBeGreaterThan(rows({}));
	expect(rows({ shardWriteToGlobalAfter: 20_000 })).toBeLessThan(rows({}));
	expect(rows({ shardCount: 8 })).toBeGreaterThan(rows({}));
	expect(rows({ writeLog: 0 })).toBeLessThan(rows({}));
});

test("a bill is what is past the included amounts, and the plan", () => {
	const { lines, dollars } = billOf({
		...NO_USAGE,
		workerRequests: 12_000_000,
		kvWrites: 900_000,
	});
	expect(dollars).toBeCloseTo(5 + 0.6, 9);
	expect(lines.find(({ line }) => line === "kvWrites")?.dollars).toBe(0);
});

test("the Free plan ends at the hour when a day's amount is used up", () => {
	expect(
		exhaustedOf({
			...NO_USAGE,
			kvWrites: 4_000,
			workerRequests: 100_000,
			rowsRead: 10_000_000,
		}),
	).toEqual([
		{ line: "kvWrites", used: 4_000, limit: 1_000, afterHours: 6 },
		{ line: "rowsRead", used: 10_000_000, limit: 5_000_000, afterHours: 12 },
	]);
});
