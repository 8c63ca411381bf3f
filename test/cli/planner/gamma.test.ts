import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
	hasCome,
	meanLeft,
	meanSquareUpTo,
	meanUpTo,
} from "../../../cli/planner/gamma.ts";

test("the first arrival has come with the probability 1 − e^−x, the second with x·e^−x less", () => {
	for (const x of [0.01, 0.5, 1, 3, 20]) {
		expect(hasCome(1, x)).toBeCloseTo(1 - Math.exp(-x), 12);
		expect(hasCome(2, x)).toBeCloseTo(1 - Math.exp(-x) * (1 + x), 12);
	}
});

test("the n-th has come if n or more of a Poisson number came", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 60 }),
			fc.double({ min: 0.01, max: 80, noNaN: true }),
			(n, x) => {
				let term = Math.exp(-x);
				let fewer = 0;
				for (let k = 0; k < n; k++) {
					fewer += term;
					term *= x / (k + 1);
				}
				expect(hasCome(n, x)).toBeCloseTo(1 - fewer, 9);
			},
		),
	);
});

test("many arrivals come about when they are expected", () => {
	expect(hasCome(1_000_000, 1_000_000)).toBeCloseTo(0.5, 3);
	expect(hasCome(1_000_000, 997_000)).toBeLessThan(0.01);
	expect(hasCome(1_000_000, 1_003_000)).toBeGreaterThan(0.99);
});

test("the time up to the first arrival or a second is 1 − 1/e at one a second", () => {
	expect(meanUpTo(1, 1, 1)).toBeCloseTo(1 - 1 / Math.E, 12);
	// ∫ 2t·e^−t from 0 to 1.
	expect(meanSquareUpTo(1, 1, 1)).toBeCloseTo(2 - 4 / Math.E, 12);
	expect(meanLeft(1, 1, 1)).toBeCloseTo(1 / Math.E, 12);
});

test("without an end, n arrivals take n times the time of one", () => {
	expect(meanUpTo(7, 2, Infinity)).toBe(3.5);
	expect(meanSquareUpTo(7, 2, Infinity)).toBe(14);
});
