import { expect, test } from "vitest";
import { driveLine, waitLine } from "../../../cli/load/progress.ts";
import { Tally } from "../../../cli/load/tally.ts";

const plan = { counter: "c", requests: 12_000, concurrency: 1, by: 1 };

test("shows how far, how fast, how many failed and how slow", () => {
	const tally = new Tally();
	expect(driveLine(tally, plan)).toBe("0 of 12,000, 0/s, 0 failed");

	for (let n = 0; n < 3999; n++) tally.record({ kind: "acknowledged" }, 2);
	tally.record({ kind: "indeterminate", cause: "HTTP 500" }, 900);
	tally.seconds = 2;
	expect(driveLine(tally, plan)).toBe(
		"4,000 of 12,000, 2,000/s, 1 failed, p99 2.0 ms",
	);
});

test("shows how much of the total has arrived", () => {
	expect(waitLine("global", 1800, 2000)).toBe(
		"waiting for the global total: 1,800 of 2,000",
	);
});
