import { expect, test } from "vitest";
import { knownTo } from "../../templates/runtime/idempotency/shardings.ts";
import { KvMemory } from "../../templates/runtime/kv/memory.ts";
import { KvReader } from "../../templates/runtime/kv/reader.ts";
import {
	CounterProblem,
	type Refusal,
} from "../../templates/runtime/problem.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import { batchOf, never, Place } from "./lone-objects.ts";

const gone = () => Promise.reject(new Error("gone"));
const KEY = {
	key: "k",
	fingerprint: "f",
	shardCount: 1,
	shardCounts: [1],
	reshardings: 0,
};

/** Each refusal of the roles, as it comes about. */
const REFUSALS: {
	code: string;
	status: number;
	retryAfter?: number;
	/** Words that a person must read. */
	says?: RegExp;
	refused: (place: Place) => Promise<unknown>;
}[] = [
	{
		code: "shard-full",
		status: 503,
		retryAfter: 1,
		refused: async (place) => {
			const shard = place.shard({ apply: gone });
			await shard.increment([["a", Number.MAX_SAFE_INTEGER]]);
			return shard.increment([["a", 1]]);
		},
	},
	{
		code: "global-unreachable",
		status: 503,
		retryAfter: 5,
		refused: (place) => place.shard({ register: gone }).increment([["a", 1]]),
	},
	{
		code: "too-many-counters",
		status: 429,
		says: /10000 counters.*No room for a$/,
		refused: (place) =>
			place.shard({ register: async () => [["a"]] }).increment([["a", 1]]),
	},
	{
		code: "idempotency-key-reused",
		status: 422,
		refused: async (place) => {
			const shard = place.shard();
			await shard.increment([["a", 1]], KEY);
			return shard.increment([["a", 1]], { ...KEY, fingerprint: "other" });
		},
	},
	{
		code: "idempotency-key-unsettled",
		status: 503,
		retryAfter: 1,
		refused: async (place) => {
			const shard = place.shard({ claimAt: gone });
			shard.claim("k", 1, knownTo(KEY));
			return shard.increment([["a", 1]], KEY);
		},
	},
	{
		code: "busy",
		status: 503,
		retryAfter: 5,
		refused: (place) => {
			const global = place.global({ holdings: never });
			for (let n = 0; n < 100; n++) void global.shards();
			return global.shards();
		},
	},
	{
		code: "too-much-held",
		status: 503,
		retryAfter: 5,
		refused: (place) => {
			const global = place.global({
				holdings: async () => ({
					epoch: 1,
					seq: 0,
					sealed: [],
					pending: [],
					omitted: 1,
				}),
			});
			return global.shards();
		},
	},
	{
		code: "shard-unreachable",
		status: 503,
		retryAfter: 5,
		says: /^No answer from shard0, shard7; nothing was changed/,
		refused: (place) => {
			const global = place.global({ drain: gone });
			global.register([["a"]], 7);
			return global.reset();
		},
	},
	{
		code: "kv-unavailable",
		status: 503,
		retryAfter: 5,
		says: /until it takes them \(Error: gone\)$/,
		refused: (place) => {
			const global = place.global({ kv: { put: gone, delete: gone } });
			global.apply(batchOf(1, [["a", 1]]));
			return global.publish();
		},
	},
	{
		code: "kv-unavailable",
		status: 503,
		retryAfter: 5,
		refused: (place) => read(place, gone),
	},
	{
		code: "kv-page-gone",
		status: 503,
		retryAfter: 5,
		refused: (place) =>
			read(place, async (key) =>
				key === "m~counters"
					? {
							value: [{ first: "", key: "m~counters~1.0" }],
							metadata: { asOf: 1, isManifest: true },
						}
					: { value: null, metadata: null },
			),
	},
];

/** Reads all that KV has, as it answers. */
function read(
	place: Place,
	getWithMetadata: (key: string) => Promise<unknown>,
): Promise<unknown> {
	const kv = { getWithMetadata } as unknown as ConstructorParameters<
		typeof KvReader
	>[0];
	const settings = { kvPrefix: "m", earlierKvPrefixes: [] };
	return new KvReader(
		kv,
		settings as unknown as CounterSettings,
		new KvMemory(() => place.now),
		place.host,
	)
		.counters()
		.catch((error: unknown) => {
			if (error instanceof CounterProblem) return error;
			throw error;
		});
}

test.each(REFUSALS)(
	"$code is refused with its status, and words for a person",
	async ({ code, status, retryAfter, says = /\w/, refused }) => {
		const { problem } = (await refused(new Place())) as Refusal;
		expect(problem).toMatchObject({ code, status });
		expect(problem.retryAfter).toBe(retryAfter);
		expect(problem.title).toMatch(/^[A-Z].{10,}[^.]$/);
		expect(problem.detail).toMatch(/^[A-Z].{10,}[^.]$/);
		expect(problem.detail).toMatch(says);
	},
);

test("of the names that there is no room for, ten are told", async () => {
	const names = Array.from({ length: 11 }, (_, n) => `n${n}`);
	const refusalOf = async (count: number) => {
		const shard = new Place().shard({
			register: async () => [names.slice(0, count)],
		});
		return (await shard.increment([["n0", 1]])) as Refusal;
	};
	expect((await refusalOf(10)).problem.detail).toMatch(/ n8, n9$/);
	expect((await refusalOf(11)).problem.detail).toMatch(/ n8, n9, …$/);
});
