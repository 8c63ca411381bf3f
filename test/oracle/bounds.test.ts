import { describe, expect, it } from "vitest";
import type { IncrementRequest, ReadRequest } from "../../cli/load/history.ts";
import type { Bounds, BoundsChange, Tried } from "./amounts.ts";
import { checkBounds, checkRefused } from "./bounds.ts";

const NONE: Bounds = { min: -Infinity, max: Infinity };

/** Bounds of `a` from a time on; the answer of a change comes at its end. */
function bound(
	bounds: Partial<Bounds>,
	begin = 0,
	end: number | undefined = begin,
	more: Partial<BoundsChange> = {},
): BoundsChange {
	return {
		counter: "a",
		bounds: { ...NONE, ...bounds },
		begin,
		end,
		outcome: "acknowledged",
		...more,
	};
}

type More = Partial<IncrementRequest> & { over?: number };

/** An increment of `a`, acknowledged at its end; without an end, open. */
function add(by: number, begin: number, end?: number, more: More = {}): Tried {
	return {
		kind: "increment",
		entries: [["a", by]],
		begin,
		...(end !== undefined && { end }),
		outcome: end === undefined ? "indeterminate" : "acknowledged",
		...more,
	};
}

/** One that a bound left too little for. */
function refused(by: number, begin: number, end: number, more: More = {}) {
	const outcome = "refused" as const;
	return { ...add(by, begin, end, { outcome, ...more }), isPastBound: true };
}

function read(
	value: number,
	begin: number,
	end: number,
	level: ReadRequest["level"] = "exact",
): Tried {
	const values = new Map([["a", value]]);
	return { kind: "read", level, values, begin, end };
}

function reset(begin: number, end?: number, over?: number): Tried {
	return {
		kind: "reset",
		begin,
		...(end !== undefined && { end }),
		...(over !== undefined && { over }),
		outcome: end === undefined ? "indeterminate" : "acknowledged",
	};
}

/** Hours that may overlap by one. */
const periodsOf = (begin: number, end: number) =>
	[Math.floor((begin - 1) / 10), Math.floor((end + 1) / 10)] as const;

type Case = [string, BoundsChange[], Tried[]];

const within: Case[] = [
	[
		"all that a bound allows",
		[bound({ max: 5 })],
		[add(3, 1, 2), add(2, 3, 4)],
	],
	["more before a bound", [bound({ max: 5 }, 9)], [add(8, 1, 2)]],
	[
		"as much again after a reset",
		[bound({ max: 5 })],
		[add(5, 1, 2), reset(3, 4), add(5, 5, 6)],
	],
	[
		"what a lost reset may have made room for",
		[bound({ max: 5 })],
		[add(5, 1, 2), reset(3), add(5, 5, 6)],
	],
	[
		"what was taken back",
		[bound({ max: 5 })],
		[add(5, 1, 2), add(-3, 3, 4), add(3, 5, 6)],
	],
	[
		"what may have been taken back",
		[bound({ max: 5 })],
		[add(5, 1, 2), add(-3, 3), add(3, 5, 6)],
	],
	[
		"more under a bound that may have been raised",
		[
			bound({ max: 5 }),
			bound({ max: 9 }, 3, undefined, { outcome: "indeterminate" }),
		],
		[add(5, 1, 2), add(4, 4, 5)],
	],
	[
		"more while a bound is lowered",
		[bound({ max: 9 }), bound({ max: 5 }, 4, 8)],
		[add(5, 1, 2), add(4, 3, 6)],
	],
	[
		"one key once",
		[bound({ max: 5 })],
		[add(5, 1, undefined, { key: "k" }), add(5, 2, 3, { key: "k" })],
	],
	[
		"all that a floor allows",
		[bound({ min: 0 })],
		[add(5, 1, 2), add(-5, 3, 4)],
	],
	[
		"a read that lags behind a part",
		[bound({ min: 0 })],
		[add(5, 1, 2), add(-3, 3, 4), read(-3, 5, 6, "global")],
	],
	[
		"a read that asks one shard before it takes away, and another after it counted",
		[bound({ max: 5 })],
		[add(5, 1, 2), add(-3, 4, 5), add(3, 6, 7), read(8, 3, 8)],
	],
	[
		"a read of what a bound came too late for",
		[bound({ max: 5 }, 3)],
		[add(8, 1, 2), read(8, 4, 5)],
	],
];

const past: [string, RegExp, BoundsChange[], Tried[]][] = [
	[
		"more than a bound allows",
		/6 acknowledged .* max of 5/,
		[bound({ max: 5 })],
		[add(3, 1, 9), add(3, 2, 9)],
	],
	[
		"less than a floor allows",
		/-1 acknowledged .* min of 0/,
		[bound({ min: 0 })],
		[add(-1, 1, 2)],
	],
	[
		"what comes after a bound, if others have taken all",
		/max of 5/,
		[bound({ max: 5 }, 3)],
		[add(8, 1, 2), add(1, 4, 5)],
	],
	[
		"more under a bound that is lowered",
		/max of 5/,
		[bound({ max: 9 }), bound({ max: 5 }, 4, 8)],
		[add(5, 1, 2), add(4, 9, 10)],
	],
	[
		"more after a bound that was raised is lowered again",
		/max of 5/,
		[
			bound({ max: 5 }),
			bound({ max: 9 }, 1, undefined, { outcome: "indeterminate", over: 2 }),
			bound({ max: 5 }, 3, 4),
		] as BoundsChange[],
		[add(5, 5, 6), add(4, 7, 8)],
	],
	[
		"more after a reset that failed for good",
		/max of 5/,
		[bound({ max: 5 })],
		[reset(1, undefined, 2), add(5, 3, 4), add(1, 5, 6)],
	],
	[
		"what was taken back before a reset",
		/max of 5/,
		[bound({ max: 5 })],
		[add(-3, 1, 2), reset(3, 4), add(8, 5, 6)],
	],
	[
		"an open one in a read",
		/exact read .* answered 6, past its max of 5/,
		[bound({ max: 5 })],
		[add(5, 1, 2), add(1, 3), read(6, 4, 5)],
	],
	[
		"an open one in a read after a bound",
		/exact read .* past its max of 8/,
		[bound({ max: 9 }), bound({ max: 8 }, 3, 4)],
		[add(5, 5, 6), add(4, 7), read(9, 8, 9)],
	],
	[
		"a read of more than was taken away beside it",
		/exact read .* past its max of 8/,
		[bound({ max: 5 })],
		[add(5, 1, 2), add(-3, 4, 5), add(3, 6, 7), read(9, 3, 8)],
	],
	[
		"a read after all that was taken away",
		/exact read .* past its max of 5/,
		[bound({ max: 5 })],
		[add(5, 1, 2), add(-3, 3, 4), add(3, 5, 6), read(8, 7, 8)],
	],
	[
		"a read past a floor",
		/kv read .* min of -2/,
		[bound({ min: -2 })],
		[add(-3, 1), read(-3, 4, 5, "kv")],
	],
];

const rightly: Case[] = [
	["one too many", [bound({ max: 5 })], [add(5, 1, 2), refused(1, 3, 4)]],
	[
		"one too many beside an open one",
		[bound({ max: 5 })],
		[add(5, 1), refused(1, 3, 4)],
	],
	[
		"one beside another that may hold it",
		[bound({ max: 5 })],
		[add(4, 1, 2), refused(1, 3, 5), refused(1, 4, 6)],
	],
	[
		"one of two that is too much",
		[bound({ max: 5 })],
		[
			refused(6, 1, 2, {
				entries: [
					["b", 1],
					["a", 6],
				],
			}),
		],
	],
	[
		"one that a bound has just left no room for",
		[bound({ max: 5 }), bound({ max: 3 }, 3, 9)],
		[add(3, 1, 2), refused(1, 4, 5)],
	],
	["one below a floor", [bound({ min: 0 })], [refused(-1, 1, 2)]],
	[
		"one beside a reset",
		[bound({ max: 5 })],
		[add(5, 1, 2), reset(3, 6), refused(1, 4, 5)],
	],
];

const wrongly: [string, RegExp, BoundsChange[], Tried[]][] = [
	[
		"one there is room for",
		/a by 1 .* and 0 would have been left/,
		[bound({ max: 5 })],
		[add(4, 1, 2), refused(1, 3, 4)],
	],
	[
		"one there is room for beside one that was refused before",
		/would have been left/,
		[bound({ max: 5 })],
		[add(4, 1, 2), refused(2, 3, 4), refused(1, 5, 6)],
	],
	[
		"one that a reset made room for",
		/would have been left/,
		[bound({ max: 5 })],
		[add(5, 1, 2), reset(3, 4), refused(5, 5, 6)],
	],
	[
		"one that another made room for",
		/would have been left/,
		[bound({ max: 5 })],
		[add(5, 1, 2), add(-1, 3, 4), refused(1, 5, 6)],
	],
	[
		"one that a higher bound has room for",
		/would have been left/,
		[bound({ max: 5 }), bound({ max: 6 }, 3, 4)],
		[add(5, 1, 2), refused(1, 5, 6)],
	],
	["one that knows no bound", /Infinity/, [], [refused(1, 1, 2)]],
	[
		"one whose key has counted",
		/key k had counted/,
		[bound({ max: 5 })],
		[add(5, 1, 2, { key: "k" }), refused(5, 3, 4, { key: "k" })],
	],
];

describe("bounds", () => {
	it.each(within)("allow: %s", (_, changes, history) => {
		expect(checkBounds(history, changes)).toEqual([]);
	});

	it.each(past)("do not allow: %s", (_, finding, changes, history) => {
		expect(checkBounds(history, changes)[0]).toMatch(finding);
	});

	it("allow as much in each period, also of what may be of either", () => {
		const changes = [bound({ max: 5 })];
		const history = [
			add(5, 2, 3),
			add(3, 8, 12),
			add(2, 13, 14),
			add(5, 22, 23),
		];
		expect(checkBounds(history, changes, { periodsOf })).toEqual([]);
		expect(
			checkBounds([...history, add(1, 15, 16)], changes, { periodsOf })[0],
		).toMatch(/11 acknowledged by 23, past its max of 10 in 2 periods/);
		expect(
			checkBounds([...history, add(1, 25, 26)], changes, { periodsOf })[0],
		).toMatch(/6 acknowledged by 26, past its max of 5$/);
	});

	it("are of another counter, too", () => {
		const changes = [
			bound({ max: 5 }),
			bound({ max: 2 }, 0, 0, { counter: "b" }),
		];
		const both = add(3, 1, 2, {
			entries: [
				["a", 3],
				["b", 3],
			],
		});
		expect(checkBounds([both], changes)).toEqual([
			expect.stringMatching(/^b has 3 acknowledged/),
		]);
	});
});

describe("a refusal", () => {
	it.each(rightly)("is right: %s", (_, changes, history) => {
		expect(checkRefused(history, changes)).toEqual([]);
	});

	it.each(wrongly)("is wrong: %s", (_, finding, changes, history) => {
		expect(checkRefused(history, changes)[0]).toMatch(finding);
	});

	it("is right in a period that has had all, and wrong in the next", () => {
		const changes = [bound({ max: 5 })];
		const history = [add(5, 2, 3)];
		const judge = (one: Tried) =>
			checkRefused([...history, one], changes, { periodsOf });
		expect(judge(refused(1, 5, 6))).toEqual([]);
		expect(judge(refused(1, 9, 12))).toEqual([]);
		expect(judge(refused(1, 13, 14))).toHaveLength(1);
	});
});
