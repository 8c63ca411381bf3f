import { expect, test } from "vitest";
import { expectedRise, judge, type Verdict } from "../../../cli/load/judge.ts";

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
