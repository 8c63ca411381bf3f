import { describe, expect, it } from "vitest";
import { shownRows, type View } from "../../templates/dashboard/rows.ts";
import { Series } from "../../templates/dashboard/series.ts";
import { Totals } from "../../templates/dashboard/totals.ts";

/** Totals and rises of all counters, by name. */
function risesOf({ counters }: Totals) {
	return Object.fromEntries(
		[...counters].map(([name, { last, rise }]) => [name, [last, rise]]),
	);
}

describe("the rise of a counter since the page was opened", () => {
	it("begins at its first total, or at 0 if it was not there", () => {
		const totals = new Totals();
		totals.replace({ old: 5 }, false, 1);
		totals.replace({ old: 7, new: 3 }, false, 2);
		expect(risesOf(totals)).toEqual({ old: [7, 2], new: [3, 3] });
		expect(totals.sum?.rise).toBe(5);
	});

	it("goes on from where it began after a reset", () => {
		const totals = new Totals();
		totals.replace({ a: 5, b: 1 }, false, 1);
		totals.replace({ b: 1 }, false, 2);
		expect(risesOf(totals)).toEqual({ b: [1, 0] });
		totals.replace({ a: 2, b: 1 }, false, 3);
		expect(risesOf(totals)).toEqual({ a: [2, -3], b: [1, 0] });
		expect(totals.sum?.rise).toBe(-3);
	});

	it("is not made up where there are more counters than are read", () => {
		const totals = new Totals();
		totals.replace({ a: 5, z: 9 }, true, 1);
		totals.replace({ a: 5, b: 8 }, true, 2);
		expect(risesOf(totals)).toEqual({ a: [5, 0], b: [8, 0], z: [9, 0] });
	});

	it("takes __proto__ for a name", () => {
		const totals = new Totals();
		totals.replace(JSON.parse('{"__proto__":4}'), false, 1);
		totals.replace(JSON.parse('{"__proto__":6}'), false, 2);
		expect([...totals.counters.keys()]).toEqual(["__proto__"]);
		expect(totals.sum?.rise).toBe(2);
	});

	it("after a pushed reset leaves out what is 0 and not among the names", () => {
		const totals = new Totals();
		totals.replace({ a: 5, zero: 1, gone: 2 }, false, 1);
		totals.reset({ a: 5 }, 2);
		totals.merge({ a: 5 }, 2);
		totals.forget({ a: 5, zero: 0 });
		expect(risesOf(totals)).toEqual({ a: [5, 0], zero: [0, -1] });
	});
});

it("a line keeps its ends however long it gets", () => {
	const series = new Series(0, 100);
	for (let n = 1; n <= 5_000; n++) series.add(n, 100 + n);
	const [times, rises] = series.line(6_000);
	expect(times.length).toBeLessThan(450);
	expect([times[0], times.at(-2), times.at(-1)]).toEqual([0, 5_000, 6_000]);
	expect([rises[0], rises.at(-1)]).toEqual([0, 5_000]);
	expect(times).toEqual(times.toSorted((a, b) => a - b));
});

describe("the rows of the table", () => {
	const totals = new Totals();
	totals.replace({ b: 2, a: 2, C: 9, d: 1 }, false, 1);
	const view: View = { search: "", by: "total", isDown: true, page: 0 };
	const names = (change: Partial<View>) =>
		shownRows(totals, new Map([["d", 4]]), { ...view, ...change }).rows.map(
			({ name }) => name,
		);

	it("are sorted, equal ones by name", () => {
		expect(names({})).toEqual(["C", "a", "b", "d"]);
		expect(names({ isDown: false })).toEqual(["d", "a", "b", "C"]);
		expect(names({ by: "published" })).toEqual(["d", "C", "a", "b"]);
	});

	it("are found by a part of the name in either case", () => {
		expect(names({ search: "c" })).toEqual(["C"]);
		expect(names({ search: "x" })).toEqual([]);
	});

	it("are on the last page there is, if there are fewer by now", () => {
		const { page, pages, first } = shownRows(totals, undefined, {
			...view,
			page: 7,
		});
		expect({ page, pages, first }).toEqual({ page: 0, pages: 1, first: 1 });
	});
});
