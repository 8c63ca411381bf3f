import { expect, test } from "vitest";
import type { Refusal } from "../../templates/runtime/problem.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import { globalWith, holding, SHARDS } from "./lone-global.ts";

/** Names that weigh 100 each, as much as 100 characters of a message. */
function names(count: number): Entry[] {
	return Array.from({ length: count }, (_, n) => [`${n}`.padEnd(76, "x"), 1]);
}

test("/global/shards says what the shards hold that answer", async () => {
	const global = globalWith({
		holdings: (shard) =>
			shard % 100 === 3
				? Promise.reject(new Error("gone"))
				: Promise.resolve(holding(shard < 2 ? [["__proto__", shard]] : [])),
	});
	const answer = await global.shards();
	const others = SHARDS.filter((shard) => shard % 100 !== 3);
	expect(answer).toMatchObject({
		problem: {
			code: "shard-unreachable",
			status: 503,
			extra: { unreachable: ["shard3", "shard103"] },
		},
	});
	expect((answer as Refusal).problem.extra?.known).toEqual(
		Object.fromEntries(
			others.map((shard) => [
				`shard${shard}`,
				shard < 2 ? Object.fromEntries([["__proto__", shard]]) : {},
			]),
		),
	);
});

test("/global/shards says how much the shards hold when that is too much", async () => {
	const bounds: number[] = [];
	const entries = names(500);
	const global = globalWith({
		holdings: async (_shard, _range, most = Infinity) => {
			bounds.push(most);
			return most < 50_000
				? { ...holding([]), omitted: 500 }
				: holding(entries);
		},
	});
	// 200 times 500 names of weight 100 are 10 million; 8 million are too many.
	const answer = await global.shards();
	expect(answer).toMatchObject({
		problem: { code: "too-much-held", status: 503, retryAfter: 5 },
	});
	expect((answer as Refusal).problem.extra).toEqual({
		held: Object.fromEntries(SHARDS.map((shard) => [`shard${shard}`, 500])),
		unreachable: [],
	});
	// Bounds the answers that are on their way from 64 of them at a time, too.
	expect(bounds.slice(0, 64)).toEqual(Array(64).fill(250_000));
	expect(bounds.at(-1)).toBe(0);
});

test("/global/shards says how much a single shard holds that holds too much", async () => {
	const global = globalWith({
		holdings: (shard) =>
			Promise.resolve(
				shard === 7
					? { ...holding([]), omitted: 90_000 }
					: holding(names(shard === 8 ? 3 : 0)),
			),
	});
	const answer = await global.shards();
	expect(answer).toMatchObject({
		problem: {
			code: "too-much-held",
			extra: { held: { shard6: 0, shard7: 90_000, shard8: 3 } },
		},
	});
});

test("/global/shards answers as much as fits, to the last character", async () => {
	// 200 times 400 names of weight 100 are 8 million.
	const entries = names(400);
	const global = globalWith({ holdings: async () => holding(entries) });
	const answer = await global.shards();
	expect(answer).toEqual(SHARDS.map(() => entries));
});

test("/global/shards lists as many shards as there are, though none holds anything", async () => {
	expect(await globalWith({}).shards()).toEqual([[], []]);
});
