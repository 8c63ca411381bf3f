import { expect, test } from "vitest";
import {
	expectedRise,
	judge,
	judgeAll,
	type Verdict,
} from "../../../cli/load/judge.ts";

type Case = [
	after: number,
	acknowledged: number,
	indeterminate: number,
	by: number,
	waiting: Verdict,
	final: Verdict,
];

test.each<Case>([
	[109, 10, 0, 1, "pending", "lost"],
	[110, 10, 0, 1, "exact", "exact"],
	[111, 10, 0, 1, "excess", "excess"],
	[99, 10, 0, 1, "pending", "lost"],
	[119, 10, 5, 2, "pending", "lost"],
	[120, 10, 5, 2, "exact", "exact"],
	[121, 10, 5, 2, "pending", "lost"],
	[130, 10, 5, 2, "exact", "exact"],
	[131, 10, 5, 2, "excess", "excess"],
	[81, 10, 5, -2, "pending", "lost"],
	[80, 10, 5, -2, "exact", "exact"],
	[70, 10, 5, -2, "exact", "exact"],
	[69, 10, 5, -2, "excess", "excess"],
	[101, 10, 0, -2, "pending", "lost"],
])(
	"from 100 to %i after %i sure and %i unsure ones of %i is %s, at last %s",
	(after, acknowledged, indeterminate, by, waiting, final) => {
		const evidence = { before: 100, after, acknowledged, indeterminate, by };
		expect(judge(evidence, false)).toBe(waiting);
		expect(judge(evidence, true)).toBe(final);
	},
);

test("the bounds of a fall are in order", () => {
	const counts = { acknowledged: 10, indeterminate: 5, by: -2 };
	expect(expectedRise(counts)).toEqual({ min: -30, max: -20 });
});

test.each<[after: number[], unsure: number, Verdict | "torn", number, number]>([
	[[15, 25, 35], 0, "exact", 0, 0],
	[[15, 24, 35], 0, "lost", 1, 1],
	[[14, 25, 34], 0, "lost", 0, 2],
	[[14, 25, 36], 0, "excess", 2, 2],
	[[16, 26, 36], 2, "exact", 0, 0],
	[[16, 27, 36], 2, "torn", 1, 0],
	[[16, 27, 34], 2, "lost", 2, 1],
])(
	"from 10, 20, 30 to %j after 5 sure and %i unsure ones of all three is %s",
	(after, indeterminate, verdict, at, wrong) => {
		const sent = { acknowledged: 5, indeterminate, by: 1 };
		const totals = { before: [10, 20, 30], after };
		expect(judgeAll(totals, sent, true)).toEqual({ verdict, at, wrong });
		const waiting = verdict === "lost" || verdict === "torn";
		expect(judgeAll(totals, sent, false).verdict).toBe(
			waiting ? "pending" : verdict,
		);
	},
);
