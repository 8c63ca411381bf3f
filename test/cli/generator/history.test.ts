import { expect, it } from "vitest";
import { recordNamespaces } from "../../../cli/generator/history.ts";
import type { Lock } from "../../../cli/generator/lock.ts";

/** The history after a namespace `m` had these shard counts, one by one. */
function after(...counts: number[]): Lock["namespaces"] {
	return counts.reduce<Lock["namespaces"]>(
		(history, shardCount) =>
			recordNamespaces(history, [{ key: "m", class: "M", shardCount }]),
		{},
	);
}

it("records a new namespace", () => {
	expect(after(2)).toEqual({
		m: { class: "M", shardCounts: [2], reshardings: 0 },
	});
});

it("keeps a namespace that left the YAML", () => {
	const now = [{ key: "metrics", class: "Metrics", shardCount: 2 }];
	expect(recordNamespaces(after(8), now)).toEqual({
		m: { class: "M", shardCounts: [8], reshardings: 0 },
		metrics: { class: "Metrics", shardCounts: [2], reshardings: 0 },
	});
});

it.each([
	[[8, 2], [8, 2], 1],
	[[2, 8], [2, 8], 1],
	[[2, 2, 2], [2], 0],
	[[2, 3, 2], [3, 2], 2],
	[[2, 3, 5, 3], [2, 5, 3], 3],
])(
	"of the shard counts %j remembers %j and %i changes",
	(counts, shardCounts, reshardings) => {
		expect(after(...counts)).toEqual({
			m: { class: "M", shardCounts, reshardings },
		});
	},
);

it("follows a change of class", () => {
	const before = after(3);
	const now = [{ key: "m", class: "New", shardCount: 3 }];
	expect(recordNamespaces(before, now)).toEqual({
		m: { class: "New", shardCounts: [3], reshardings: 0 },
	});
	expect(before).toEqual(after(3));
});

it("takes names that objects have already for plain keys", () => {
	const now = ["constructor", "__proto__"].map((key) => ({
		key,
		class: "C",
		shardCount: 1,
	}));
	const history = recordNamespaces(recordNamespaces({}, now), now);
	const one = { class: "C", shardCounts: [1], reshardings: 0 };
	expect(Object.entries(history)).toEqual([
		["constructor", one],
		["__proto__", one],
	]);
});
