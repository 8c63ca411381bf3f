import { expect, test } from "vitest";
import type { Holdings, NameRange } from "../../templates/runtime/protocol.ts";
import { batchOf, Place } from "./lone-objects.ts";

const NOTHING: Holdings = { epoch: 1, seq: 1, sealed: [], pending: [] };

/** A global object that knows five names, and what its shards are asked for. */
function place() {
	const ranges: (NameRange | undefined)[] = [];
	const global = new Place().global({
		holdings: async (_, range) => {
			ranges.push(range);
			return NOTHING;
		},
	});
	global.register([["a", "b", "c", "d", "e"]], 0);
	// One of them is registered only.
	global.apply(
		batchOf(1, [
			["a", 1],
			["c", 3],
			["d", 4],
			["e", 5],
		]),
	);
	return { global, ranges };
}

test.each([
	{ part: { from: "", limit: 2 }, to: "b", last: "b", values: [1] },
	{ part: { from: "b", limit: 2 }, to: "c", last: "c", values: [3] },
	{ part: { from: "a", limit: 1 }, to: "a", last: "a", values: [1] },
	{ part: { from: "d", limit: 2 }, to: undefined, values: [4, 5] },
	{ part: { from: "", limit: 5 }, to: undefined, values: [1, 3, 4, 5] },
	{ part: { from: "c", to: "d", limit: 1 }, to: "c", last: "c", values: [3] },
	{ part: { from: "c", to: "d", limit: 2 }, to: "d", values: [3, 4] },
	{ part: { from: "f", limit: 2 }, to: undefined, values: [] },
])(
	"an exact read of $part asks shards for no more, and ends there",
	async ({ part, to, last, values }) => {
		const { global, ranges } = place();
		const answer = await global.exact(part);
		expect(ranges).toEqual([{ from: part.from, to }]);
		if ("problem" in answer) throw new Error(answer.problem.title);
		expect(answer.entries.map(([, value]) => value)).toEqual(values);
		expect(answer.last).toBe(last);
		expect(answer.asOf).toBe(1_000_000);
	},
);

test("an exact read answers in the order of names, whatever shards hold", async () => {
	const global = new Place().global({
		holdings: async () => ({
			epoch: 1,
			seq: 1,
			sealed: [["d", 1]],
			pending: [
				["c", 1],
				["a", 1],
			],
		}),
	});
	global.register([["b", "d"]], 0);
	global.apply(batchOf(1, [["d", 1]]));
	global.apply(batchOf(1, [["b", 1]], { epoch: 2 }));
	expect(await global.exact({ from: "", limit: 10 })).toMatchObject({
		entries: [
			["a", 1],
			["b", 1],
			["c", 1],
			["d", 1],
		],
	});
});
