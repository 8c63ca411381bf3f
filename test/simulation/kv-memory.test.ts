import { expect, test } from "vitest";
import { KvMemory, type KvValue } from "../../templates/runtime/kv/memory.ts";

/** Totals of a moment. */
function totals(asOf: number): KvValue {
	return { asOf, totals: new Map() };
}

/** A memory, its clock, and a read that begins and ends at once. */
function place() {
	const clock = { now: 10_000 };
	const memory = new KvMemory(() => clock.now);
	const read = (key: string, value: KvValue, neverChanges = false) =>
		memory.reading(key)(value, neverChanges);
	return { clock, memory, read };
}

test("what was read answers for a second from when it was asked for", () => {
	const { clock, memory } = place();
	const remember = memory.reading("a");
	clock.now += 400;
	remember(totals(1), false);
	clock.now = 10_999;
	expect(memory.get("a")).toEqual(totals(1));
	clock.now = 11_000;
	expect(memory.get("a")).toBeUndefined();
});

test("what never changes answers for ever", () => {
	const { clock, memory, read } = place();
	read("page", totals(1), true);
	clock.now += 1e9;
	expect(memory.get("page")).toEqual(totals(1));
});

test("of two that were read at the same time and differ neither stays", () => {
	const { memory } = place();
	for (const moments of [
		[2, 1],
		[1, 2],
		[1, undefined],
		[undefined, 1],
	]) {
		const reads = moments.map((asOf) => ({
			asOf,
			ends: memory.reading("a"),
		}));
		for (const { asOf, ends } of reads)
			ends({ asOf, totals: new Map() }, false);
		expect(memory.get("a")).toBeUndefined();
	}
	// Of the same moment, the one that ended first stays.
	const [first, second] = [memory.reading("b"), memory.reading("b")];
	second(totals(1), false);
	first(totals(1), false);
	expect(memory.get("b")).toEqual(totals(1));
});

test("one that was read alone takes the place of any, whatever its moment", () => {
	const { memory, read } = place();
	const empty: KvValue = { asOf: undefined, totals: new Map() };
	for (const value of [empty, totals(2), totals(1), empty]) {
		read("a", value);
		expect(memory.get("a")).toEqual(value);
	}
});

test("what was forgotten answers nothing, nor does what was being read then", () => {
	const { memory, read } = place();
	read("a", totals(1));
	const [reading, page] = [memory.reading("b"), memory.reading("page")];
	memory.forget();
	expect(memory.get("a")).toBeUndefined();
	reading(totals(1), false);
	expect(memory.get("b")).toBeUndefined();
	// But what never changes cannot be out of date.
	page(totals(1), true);
	expect(memory.get("page")).toEqual(totals(1));
	read("b", totals(2));
	expect(memory.get("b")).toEqual(totals(2));
});

test("twelve values are kept: the one that was read longest ago goes", () => {
	const { memory, read } = place();
	const keys = Array.from({ length: 13 }, (_, n) => `key${n}`);
	for (const key of keys.slice(0, 12)) read(key, totals(1), true);
	expect(keys.filter((key) => memory.get(key))).toHaveLength(12);
	// Read again, it is the youngest.
	read("key0", totals(2), true);
	read("key12", totals(1), true);
	expect(keys.filter((key) => !memory.get(key))).toEqual(["key1"]);
});

test("the oldest page goes first; without pages, what was read longest ago", () => {
	const { memory, read } = place();
	const lists = Array.from({ length: 13 }, (_, n) => `list${n}`);
	for (const key of lists.slice(0, 11)) read(key, totals(1));
	for (const page of ["page0", "page1"]) read(page, totals(1), true);
	expect([memory.get("page0"), memory.get("list0")]).toEqual([
		undefined,
		totals(1),
	]);
	for (const key of lists.slice(11)) read(key, totals(1));
	expect(memory.get("page1")).toBeUndefined();
	expect(lists.filter((key) => !memory.get(key))).toEqual(["list0"]);
});

test("pages go first, so that of three reads at once the last knows of the others", () => {
	const { memory, read } = place();
	const ends = ["a", "a", "a"].map((key) => memory.reading(key));
	for (const [n, end] of ends.slice(0, 2).entries()) end(totals(n), false);
	for (let n = 0; n < 13; n++) read(`page${n}`, totals(1), true);
	ends[2]?.(totals(2), false);
	expect(memory.get("a")).toBeUndefined();
});
