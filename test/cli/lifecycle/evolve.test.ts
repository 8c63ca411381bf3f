import { describe, expect, it } from "vitest";
import { type Evolution, evolve } from "../../../cli/lifecycle/evolve.ts";
import type { CurrentNamespace } from "../../../cli/lifecycle/history.ts";

const m: CurrentNamespace = {
	key: "m",
	class: "M",
	binding: "M_DO",
	kvPrefix: "m",
	mount: "/m",
	shardCount: 2,
};
const recorded = {
	class: "M",
	binding: "M_DO",
	kvPrefix: "m",
	mount: "/m",
	shardCounts: [2],
	reshardings: 0,
};

/** The last of several runs, each with other settings of the namespace `m`. */
function settled(...settings: Partial<CurrentNamespace>[]): Evolution {
	let last: Evolution = { histories: {}, changes: [] };
	for (const one of settings)
		last = evolve(last.histories, [{ ...m, ...one }], []);
	return last;
}

it("records a new namespace, which is no change of a new project", () => {
	expect(settled({})).toEqual({ histories: { m: recorded }, changes: [] });
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
		const { histories } = settled(
			...counts.map((shardCount) => ({ shardCount })),
		);
		expect(histories).toEqual({ m: { ...recorded, shardCounts, reshardings } });
	},
);

describe("a changed name", () => {
	it.each(["class", "binding", "kvPrefix", "mount"] as const)(
		"is reported, for %s",
		(kind) => {
			const { changes } = settled({}, { [kind]: "new" });
			expect(changes).toEqual([{ kind, key: "m", from: m[kind], to: "new" }]);
		},
	);

	it("is reported of a location, which is none at first", () => {
		expect(settled({}, { location: "weur" }).changes).toEqual([
			{ kind: "location", key: "m", from: "any", to: "weur" },
		]);
		const back = settled({}, { location: "weur" }, {});
		expect(back.histories).toEqual({ m: recorded });
	});

	it("is not taken over of a jurisdiction: the counts are in the first", () => {
		const { histories } = settled({ jurisdiction: "eu" }, {}, {});
		expect(histories).toEqual({ m: { ...recorded, jurisdiction: "eu" } });
		const none = settled({}, { jurisdiction: "eu" });
		expect(none.histories).toEqual({ m: recorded });
	});

	it("is remembered where counts lie behind it, the newest first", () => {
		const { histories } = settled(
			{},
			{ class: "A", kvPrefix: "a", binding: "A_DO" },
			{ class: "B", kvPrefix: "b" },
		);
		expect(histories.m).toEqual({
			...recorded,
			class: "B",
			kvPrefix: "b",
			earlierClasses: ["A", "M"],
			earlierKvPrefixes: ["a", "m"],
		});
	});

	it("that comes back is a former one no more", () => {
		const { histories } = settled({}, { class: "A" }, { class: "M" });
		expect(histories.m).toEqual({ ...recorded, earlierClasses: ["A"] });
	});
});

describe("a renamed namespace", () => {
	const renamed = { ...m, key: "n", class: "N", renamedFrom: "m" };

	it("takes its past along, and says so once", () => {
		const before = settled({ shardCount: 8 }, {}).histories;
		const first = evolve(before, [renamed], []);
		expect(first.changes).toEqual([
			{ kind: "renamed", key: "n", from: "m" },
			{ kind: "class", key: "n", from: "M", to: "N" },
		]);
		expect(first.histories).toEqual({
			n: {
				...recorded,
				class: "N",
				shardCounts: [8, 2],
				reshardings: 1,
				earlierKeys: ["m"],
				earlierClasses: ["M"],
			},
		});
		expect(evolve(first.histories, [renamed], [])).toEqual({
			histories: first.histories,
			changes: [],
		});
	});

	it("remembers every key it had", () => {
		const { histories } = settled({});
		const twice = evolve(
			evolve(histories, [renamed], []).histories,
			[{ ...m, key: "o", renamedFrom: "n" }],
			[],
		);
		expect(twice.histories.o?.earlierKeys).toEqual(["n", "m"]);
	});

	it("is one with a namespace that had taken its class over by hand", () => {
		const { histories } = evolve(
			{
				m: { ...recorded, shardCounts: [4, 2], reshardings: 1 },
				n: { ...recorded, shardCounts: [3], reshardings: 0 },
			},
			[{ ...renamed, class: "M", shardCount: 3 }],
			[],
		);
		expect(histories).toEqual({
			n: {
				...recorded,
				shardCounts: [4, 2, 3],
				reshardings: 2,
				earlierKeys: ["m"],
			},
		});
	});
});

describe("a removed namespace", () => {
	const other = { ...m, key: "o", class: "O" };

	it("stays in the history, and is reported once", () => {
		const { histories } = settled({});
		const first = evolve(histories, [other], ["m"]);
		expect(first.changes).toEqual([
			{ kind: "added", key: "o" },
			{ kind: "removed", key: "m" },
		]);
		expect(first.histories.m).toEqual({ ...recorded, removed: true });
		expect(evolve(first.histories, [other], ["m"]).changes).toEqual([]);
		expect(evolve(first.histories, [other], []).histories).toEqual(
			first.histories,
		);
	});

	it("may come back", () => {
		const gone = evolve(settled({}).histories, [other], ["m"]).histories;
		const { histories, changes } = evolve(gone, [other, m], []);
		expect(changes).toEqual([{ kind: "returned", key: "m" }]);
		expect(histories.m).toEqual(recorded);
	});
});

describe("a dropped namespace", () => {
	const votes = { ...m, key: "votes", class: "Votes", kvPrefix: "votes" };
	const polls = { ...m, key: "polls", class: "Polls", kvPrefix: "polls" };

	/** The last of several runs, each with these namespaces. */
	const after = (...files: CurrentNamespace[][]): Evolution =>
		files.reduce<Evolution>(
			({ histories }, file) => evolve(histories, file, []),
			{ histories: {}, changes: [] },
		);

	it("stays in the history, apart from those that come after it", () => {
		const { histories, changes } = after([votes], [polls], [polls]);
		expect(changes).toEqual([]);
		expect(histories.votes).toEqual({
			...recorded,
			class: "Votes",
			kvPrefix: "votes",
		});
		expect(histories.polls?.neverWith).toEqual(["votes"]);
	});

	it("is apart no more once both were in the file", () => {
		const { histories } = after([votes], [polls], [votes, polls], [polls]);
		expect(histories.polls).not.toHaveProperty("neverWith");
	});

	it("stays apart while only one of the two is there", () => {
		const { histories } = after([votes], [polls], [votes], [polls], [votes]);
		expect(histories.polls?.neverWith).toEqual(["votes"]);
	});

	it("becomes another with all that both were", () => {
		const now = { ...polls, class: "Ballots", renamedFrom: "votes" };
		const { histories, changes } = after([votes], [polls], [now]);
		expect(changes).toContainEqual({
			...{ kind: "renamed", key: "polls", from: "votes" },
		});
		expect(histories).toEqual({
			polls: {
				...recorded,
				class: "Ballots",
				kvPrefix: "polls",
				reshardings: 1,
				earlierKeys: ["votes"],
				earlierClasses: ["Votes", "Polls"],
				earlierKvPrefixes: ["votes"],
			},
		});
	});

	it("is apart from nothing that became one with what it knew", () => {
		const { histories } = after(
			[votes],
			[polls],
			[{ ...m, key: "c", class: "C" }],
			[{ ...polls, renamedFrom: "votes" }],
		);
		// c was never beside either, but that is not known of the two as one.
		expect(histories.c?.neverWith).not.toContain("polls");
	});

	it("goes on in one that takes its class", () => {
		const { histories, changes } = after(
			[votes],
			[{ ...polls, class: "Votes" }],
		);
		expect(changes[0]).toEqual({
			kind: "renamed",
			key: "polls",
			from: "votes",
		});
		expect(Object.keys(histories)).toEqual(["polls"]);
	});

	it("does not go on in one that had objects beside it", () => {
		const { changes } = after(
			[votes, polls],
			[polls],
			[{ ...polls, class: "Votes" }],
		);
		expect(changes).toEqual([
			{ kind: "class", key: "polls", from: "Polls", to: "Votes" },
		]);
	});
});

it("takes names that objects have already for plain keys", () => {
	const now = ["constructor", "__proto__"].map((key) => ({ ...m, key }));
	const { histories } = evolve(evolve({}, now, []).histories, now, []);
	expect(Object.entries(histories)).toEqual([
		["constructor", recorded],
		["__proto__", recorded],
	]);
});

it("leaves the history it was given as it was", () => {
	const before = settled({ shardCount: 3 }).histories;
	const copy = structuredClone(before);
	evolve(before, [{ ...m, key: "n", renamedFrom: "m" }], []);
	expect(before).toEqual(copy);
});
