import { expect, test } from "vitest";
import type { Outcome } from "../../../cli/load/lane.ts";
import { Progress, waitLine } from "../../../cli/load/progress.ts";
import { Tally } from "../../../cli/load/tally.ts";

const acknowledged: Outcome = { kind: "acknowledged" };

test("shows how far, how fast, how many failed and how slow just now", () => {
	const tally = new Tally();
	const progress = new Progress({ concurrency: 1, requests: 12_000 });
	const answer = (outcome: Outcome, ms: number) => {
		tally.record(outcome, ms);
		progress.record(outcome, ms);
	};
	expect(progress.line(tally)).toBe("0 of 12,000, 0/s, 0 failed");

	for (let n = 0; n < 3999; n++) answer(acknowledged, 2);
	answer({ kind: "indeterminate", cause: "HTTP 500" }, 900);
	tally.seconds = 2;
	expect(progress.line(tally)).toBe(
		"4,000 of 12,000, 2,000/s, 1 failed, p50 2.0 ms, p99 2.0 ms",
	);

	for (let n = 0; n < 500; n++) answer(acknowledged, n < 490 ? 8 : 40);
	tally.seconds = 2.5;
	expect(progress.line(tally)).toBe(
		"4,500 of 12,000, 1,000/s, 1 failed, p50 8.0 ms, p99 40.0 ms",
	);
});

test("shows how much of the time has passed", () => {
	const tally = new Tally();
	tally.seconds = 1.25;
	expect(new Progress({ concurrency: 1, seconds: 10 }).line(tally)).toBe(
		"1.3 of 10 s, 0/s, 0 failed",
	);
});

test("shows how much of the total has arrived", () => {
	expect(waitLine("global", 1800, 2000)).toBe(
		"waiting for the global total: 1,800 of 2,000",
	);
});
