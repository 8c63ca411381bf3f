import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareNames, following } from "../../templates/runtime/names.ts";
import { cursorOf, partOf } from "../../templates/runtime/paging.ts";
import { CounterProblem } from "../../templates/runtime/problem.ts";

const name = fc.string({
	unit: fc.oneof(
		fc.constantFrom("a", "b", "\0", "\ue000", "😀"),
		fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
	),
	maxLength: 8,
});

test("names have the order of their UTF-8 bytes", () => {
	fc.assert(
		fc.property(name, name, (a, b) => {
			expect(Math.sign(compareNames(a, b))).toBe(
				Buffer.compare(Buffer.from(a), Buffer.from(b)),
			);
		}),
		{ numRuns: 5_000, seed: 1 },
	);
});

test("no name stands between one and what follows it", () => {
	fc.assert(
		fc.property(name, name, (a, b) => {
			expect(compareNames(a, following(a))).toBeLessThan(0);
			if (compareNames(b, a) > 0)
				expect(compareNames(b, following(a))).toBeGreaterThanOrEqual(0);
		}),
		{ numRuns: 5_000, seed: 1 },
	);
});

test("a cursor goes on after its name, and any header or URL carries it", () => {
	fc.assert(
		fc.property(name, (one) => {
			const cursor = cursorOf(one);
			expect(cursor).toMatch(/^[\w-]*$/);
			expect(partOf({ cursor }).from).toBe(following(one));
		}),
		{ numRuns: 5_000, seed: 1 },
	);
});

test("what is no cursor is refused", () => {
	const text = fc.oneof(
		fc.string(),
		fc.base64String(),
		fc.string({ unit: "binary" }),
	);
	fc.assert(
		fc.property(text, (cursor) => {
			try {
				expect(partOf({ cursor }).from).toMatch(/\0$/);
				// It was one: another way to write the same bytes.
				expect(cursor).toMatch(/^[\w+/=\s-]*$/);
			} catch (error) {
				if (!(error instanceof CounterProblem)) throw error;
				expect(error.problem.code).toBe("invalid-cursor");
			}
		}),
		{ numRuns: 5_000, seed: 1 },
	);
});

test("a cursor of bytes that are not UTF-8 is refused", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 4 }), (bytes) => {
			const cursor = Buffer.from(bytes).toString("base64url");
			if (isUtf8(bytes)) expect(partOf({ cursor }).from).toMatch(/\0$/);
			else expect(() => partOf({ cursor })).toThrow(CounterProblem);
		}),
		{ numRuns: 3_000, seed: 1 },
	);
});

test("a limit is a whole number from 1 to 10,000", () => {
	fc.assert(
		fc.property(
			fc.oneof(fc.integer({ min: -3, max: 10_003 }), fc.double()),
			(limit) => {
				const isRight =
					Number.isInteger(limit) && limit >= 1 && limit <= 10_000;
				if (isRight) expect(partOf({ limit })).toEqual({ from: "", limit });
				else expect(() => partOf({ limit })).toThrow(CounterProblem);
			},
		),
		{ numRuns: 3_000, seed: 1 },
	);
});
