import { describe, expect, it } from "vitest";
import type {
	IncrementRequest,
	Operation,
	ReadRequest,
	ResetRequest,
} from "../../cli/load/history.ts";
import { checkHistory } from "./checker.ts";

/** An increment of `a`, acknowledged at its end; without an end, open. */
function add(
	by: number,
	begin: number,
	end?: number,
	more: Partial<IncrementRequest> = {},
): IncrementRequest {
	return {
		kind: "increment",
		entries: [["a", by]],
		begin,
		...(end !== undefined && { end }),
		outcome: end === undefined ? "indeterminate" : "acknowledged",
		...more,
	};
}

function read(
	value: number,
	begin: number,
	end: number,
	more: Partial<ReadRequest> = {},
): ReadRequest {
	const values = new Map([["a", value]]);
	return { kind: "read", level: "exact", values, begin, end, ...more };
}

function reset(
	begin: number,
	end?: number,
	more: Partial<ResetRequest> = {},
): ResetRequest {
	return {
		kind: "reset",
		begin,
		...(end !== undefined && { end }),
		outcome: end === undefined ? "indeterminate" : "acknowledged",
		...more,
	};
}

const final = (a: number, b?: number) =>
	new Map([["a", a], ...(b === undefined ? [] : ([["b", b]] as const))]);

const good: [string, Operation[], ReadonlyMap<string, number>?][] = [
	["nothing at all", []],
	["a read of what was acknowledged", [add(3, 1, 2), read(3, 3, 4)]],
	["a read that overlaps sees it", [add(3, 1, 4), read(3, 2, 3)]],
	["a read that overlaps does not", [add(3, 1, 4), read(0, 2, 3)]],
	["an open increment is in", [add(3, 1), read(3, 2, 3)], final(3)],
	["an open increment is not in", [add(3, 1), read(0, 2, 3)], final(0)],
	["a negative one is acknowledged", [add(-3, 1, 2), read(-3, 3, 4)]],
	["a negative one is open", [add(-3, 1), read(0, 2, 3), read(-3, 4, 5)]],
	[
		"a refused one is not in",
		[add(3, 1, 2, { outcome: "refused" }), read(0, 3, 4)],
	],
	["a reset between", [add(3, 1, 2), reset(3, 4), read(0, 5, 6)], final(0)],
	["a reset beside it", [add(3, 1, 4), reset(2, 3), read(3, 5, 6)], final(3)],
	["an increment after a reset", [reset(1, 2), add(3, 3, 4), read(3, 5, 6)]],
	[
		"a reset of another counter",
		[add(3, 1, 2), reset(3, 4, { counter: "b" }), read(3, 5, 6)],
	],
	[
		"a reset that may not have been",
		[add(3, 1, 2), reset(3), read(3, 5, 6)],
		final(0),
	],
	[
		"a reset that was refused",
		[add(3, 1, 2), reset(3, 4, { outcome: "refused" }), read(3, 5, 6)],
	],
	[
		"kv behind without a promise",
		[add(3, 1, 2), read(0, 9, 10, { level: "kv" })],
	],
	[
		"kv before it took a reset",
		[
			add(3, 1, 2),
			reset(3, 4, { published: false }),
			read(3, 5, 6, { level: "kv" }),
		],
	],
	[
		"a repeated key",
		[add(3, 1, undefined, { key: "k" }), add(3, 2, 3, { key: "k" })],
		final(3),
	],
	[
		"a key for two requests, both open",
		[add(3, 1, undefined, { key: "k" }), add(4, 1, undefined, { key: "k" })],
		final(4),
	],
	["a subset of mixed sizes", [add(5, 1), add(7, 1), add(11, 1)], final(16)],
	[
		"several counters at once",
		[
			add(0, 1, undefined, {
				entries: [
					["a", 5],
					["b", 7],
				],
			}),
		],
		final(5, 7),
	],
];

const bad: [string, RegExp, Operation[], ReadonlyMap<string, number>?][] = [
	[
		"a lost increment",
		/answered 0, must be from 3 to 3/,
		[add(3, 1, 2), read(0, 3, 4)],
	],
	["a doubled increment", /must be from 3 to 3/, [add(3, 1, 2), read(6, 3, 4)]],
	[
		"one that had not begun",
		/must be from 0 to 0/,
		[read(3, 1, 2), add(3, 3, 4)],
	],
	[
		"a refused one that counted",
		/must be from 0 to 0/,
		[add(3, 1, 2, { outcome: "refused" }), read(3, 3, 4)],
	],
	[
		"a lost negative one",
		/must be from -3 to -3/,
		[add(-3, 1, 2), read(0, 3, 4)],
	],
	[
		"more than was attempted in kv",
		/must be from 0 to 3/,
		[add(3, 1, 2), read(6, 3, 4, { level: "kv" })],
	],
	[
		"what a reset should have taken",
		/must be from 0 to 0/,
		[add(3, 1, 2), reset(3, 4), read(3, 5, 6)],
	],
	[
		"what came after a reset gone",
		/must be from 3 to 3/,
		[reset(1, 2), add(3, 3, 4), read(0, 5, 6)],
	],
	[
		"a reset not in kv",
		/must be from 0 to 0/,
		[add(3, 1, 2), reset(3, 4), read(3, 5, 6, { level: "kv" })],
	],
	[
		"a read that forgets",
		/answered 0, .*after exact read/,
		[add(3, 1), read(3, 2, 3), read(0, 4, 5)],
	],
	[
		"global behind an earlier kv",
		/after kv read/,
		[
			add(3, 1),
			read(3, 2, 3, { level: "kv" }),
			read(0, 4, 5, { level: "global" }),
		],
	],
	[
		"kv that goes back in time",
		/kv went back/,
		[
			read(0, 1, 2, { level: "kv", asOf: 9 }),
			read(0, 3, 4, { level: "kv", asOf: 8 }),
		],
	],
	[
		"a key that counted twice",
		/final value of a is 6/,
		[add(3, 1, 2, { key: "k" }), add(3, 3, 4, { key: "k" })],
		final(6),
	],
	[
		"a key acknowledged for two requests",
		/key k was acknowledged/,
		[add(3, 1, 2, { key: "k" }), add(4, 3, 4, { key: "k" })],
	],
	[
		"both requests of a key",
		/not the acknowledged increments/,
		[add(3, 1, undefined, { key: "k" }), add(4, 1, undefined, { key: "k" })],
		final(7),
	],
	[
		"no subset adds up",
		/not the acknowledged/,
		[add(5, 1), add(7, 1), add(11, 1)],
		final(13),
	],
	[
		"half of an increment",
		/not the acknowledged/,
		[
			add(0, 1, undefined, {
				entries: [
					["a", 5],
					["b", 7],
				],
			}),
		],
		final(5, 0),
	],
	["a final value too low", /final value of a is 2/, [add(3, 1, 2)], final(2)],
];

describe("a history", () => {
	it.each(good)("may have: %s", (_, history, final) => {
		expect(checkHistory(history, final ? { final } : {})).toEqual([]);
	});

	it.each(bad)("must not have: %s", (_, finding, history, final) => {
		const findings = checkHistory(history, final ? { final } : {});
		expect(findings[0]).toMatch(finding);
	});

	it("lets exact reads see what began before a loss, and then not any more", () => {
		const history = [
			add(3, 1),
			add(4, 10, 11),
			read(7, 12, 13),
			read(4, 14, 15),
		];
		expect(checkHistory(history, { lostAt: 5 })).toEqual([]);
		expect(checkHistory(history)).toHaveLength(1);
		expect(
			checkHistory([...history, read(3, 16, 17)], { lostAt: 5 }),
		).not.toEqual([]);
		const global = [
			...history.slice(0, 2),
			read(7, 12, 13, { level: "global" }),
		];
		expect(
			checkHistory([...global, read(4, 14, 15)], { lostAt: 5 }),
		).toHaveLength(1);
	});

	it("must be as fresh as was promised", () => {
		const history = [add(3, 1, 2), read(0, 9, 10, { level: "global" })];
		expect(checkHistory(history, { staleness: { global: 8 } })).toEqual([]);
		expect(checkHistory(history, { staleness: { global: 6 } })).toHaveLength(1);
	});

	it("is judged by its bounds where there are too many outcomes", () => {
		const open = Array.from({ length: 40 }, (_, n) => add(3 ** (n % 20), 1));
		expect(checkHistory(open, { final: final(2) })).toEqual([]);
		expect(checkHistory(open, { final: final(-1) })).toHaveLength(1);
	});
});
