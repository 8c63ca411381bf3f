import { expect, test } from "vitest";
import { ceilingText, rateText } from "../../../cli/load/summary.ts";
import { Tally } from "../../../cli/load/tally.ts";

/** A run of two seconds. */
function run(requests: number, ceiling?: number, rate?: number) {
	const tally = new Tally();
	for (let n = 0; n < requests; n++) tally.record({ kind: "acknowledged" }, 1);
	tally.seconds = 2;
	const pace = { concurrency: 1, seconds: 2, rate };
	const plan = { counter: "c", by: 1, pace };
	const rest = { url: "", verification: undefined, interrupted: false };
	return { tally, ceiling, plan, ...rest };
}

test("tells how near a run came to what the driver can do", () => {
	expect(ceilingText(run(410, 500))).toEqual([
		"driver        up to 500/s against an empty Worker on this machine; this run reached 41% of that",
	]);
	expect(ceilingText(run(410))).toEqual([]);
});

test("warns where the driver may be the limit", () => {
	const warning = "  the driver, not the server, may be the limit";
	expect(ceilingText(run(799, 500))).not.toContain(warning);
	expect(ceilingText(run(800, 500))).toContain(warning);
});

test("tells whether a rate was reached", () => {
	expect(rateText(run(1000))).toEqual([]);
	expect(rateText(run(999, undefined, 500))).toEqual([
		"rate          500/s, as asked",
	]);
	expect(rateText(run(840, undefined, 500))).toEqual([
		"rate          asked 500/s, reached 420/s",
	]);
});
