import { expect, it } from "vitest";
import { recordNamespaces } from "../../../cli/generator/history.ts";

it("records a new namespace", () => {
	const now = [{ key: "metrics", class: "Metrics", shardCount: 2 }];
	expect(recordNamespaces({}, now)).toEqual({
		metrics: { class: "Metrics", maxShardCount: 2 },
	});
});

it("keeps a namespace that left the YAML", () => {
	const before = { old: { class: "Old", maxShardCount: 8 } };
	const now = [{ key: "metrics", class: "Metrics", shardCount: 2 }];
	expect(recordNamespaces(before, now)).toEqual({
		old: { class: "Old", maxShardCount: 8 },
		metrics: { class: "Metrics", maxShardCount: 2 },
	});
});

it.each([
	[8, 2, 8],
	[2, 8, 8],
])("remembers the most shards: %i, then %i", (first, second, most) => {
	const step = (before: object, shardCount: number) =>
		recordNamespaces({ ...before }, [{ key: "m", class: "M", shardCount }]);
	expect(step(step({}, first), second)).toEqual({
		m: { class: "M", maxShardCount: most },
	});
});

it("follows a change of class", () => {
	const before = { m: { class: "Old", maxShardCount: 3 } };
	const now = [{ key: "m", class: "New", shardCount: 1 }];
	expect(recordNamespaces(before, now)).toEqual({
		m: { class: "New", maxShardCount: 3 },
	});
	expect(before.m.class).toBe("Old");
});

it("takes names that objects have already for plain keys", () => {
	const now = ["constructor", "__proto__"].map((key) => ({
		key,
		class: "C",
		shardCount: 1,
	}));
	const history = recordNamespaces(recordNamespaces({}, now), now);
	expect(Object.entries(history)).toEqual([
		["constructor", { class: "C", maxShardCount: 1 }],
		["__proto__", { class: "C", maxShardCount: 1 }],
	]);
});
