import { expect, test } from "vitest";
import { bucketLines, bucketsOf } from "../../../cli/load/histogram.ts";
import { Tally } from "../../../cli/load/tally.ts";

/** Makes a histogram of so many answers that took so many milliseconds. */
function tallyOf(answers: readonly [ms: number, count: number][]): Tally {
	const tally = new Tally();
	for (const [ms, count] of answers)
		for (let n = 0; n < count; n++) tally.record({ kind: "acknowledged" }, ms);
	return tally;
}

test("every latency is in its bucket, also at its very ends", () => {
	const { latency } = tallyOf([
		[0.9, 100],
		[1, 20],
		[1.001, 3],
		[5, 77],
		[5.02, 5],
		[49.9, 1],
		[50, 1],
	]);
	expect(bucketsOf(latency)).toEqual([
		{ toMs: 1, count: 120 },
		{ toMs: 1.5, count: 3 },
		{ toMs: 2, count: 0 },
		{ toMs: 3, count: 0 },
		{ toMs: 5, count: 77 },
		{ toMs: 7, count: 5 },
		{ toMs: 10, count: 0 },
		{ toMs: 15, count: 0 },
		{ toMs: 20, count: 0 },
		{ toMs: 30, count: 0 },
		{ toMs: 50, count: 2 },
	]);
});

test("nothing is lost among many, nor among very fast and very slow ones", () => {
	const { latency } = tallyOf([
		[0, 1],
		[3, 99_998],
		[90_000, 1],
	]);
	const buckets = bucketsOf(latency);
	expect(buckets[0]).toEqual({ toMs: 0.01, count: 1 });
	expect(buckets.find(({ toMs }) => toMs === 3)?.count).toBe(99_998);
	expect(buckets.at(-1)).toEqual({ toMs: 100_000, count: 1 });
});

test("without an answer there are no buckets and no percentiles", () => {
	const tally = new Tally();
	tally.record({ kind: "refused", cause: "HTTP 429" }, 5);
	expect(bucketsOf(tally.latency)).toEqual([]);
	expect(tally.latencyMs).toBeNull();
});

test("percentiles are those of the answers that were given", () => {
	const tally = tallyOf(Array.from({ length: 1000 }, (_, n) => [n + 1, 1]));
	const { latencyMs } = tally;
	for (const [name, ms] of [
		["min", 1],
		["p50", 500],
		["p90", 900],
		["p99", 990],
		["p99_9", 999],
		["max", 1000],
	] as const) {
		// Three digits.
		expect(latencyMs?.[name]).toBeGreaterThanOrEqual(ms);
		expect(latencyMs?.[name]).toBeLessThan(ms * 1.001);
	}
});

test("the longest bar is of the fullest bucket, and none with an answer is empty", () => {
	expect(
		bucketLines([
			{ toMs: 0.5, count: 1 },
			{ toMs: 1, count: 1000 },
			{ toMs: 2, count: 0 },
			{ toMs: 5, count: 500 },
		]),
	).toEqual([
		"  <= 0.5 ms     1 ■",
		`    <= 1 ms  1000 ${"■".repeat(40)}`,
		"    <= 2 ms     0",
		`    <= 5 ms   500 ${"■".repeat(20)}`,
	]);
});
