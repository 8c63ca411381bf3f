import { scheduler } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { everyShard } from "../../templates/runtime/global/every-shard.ts";
import { KvMemory } from "../../templates/runtime/kv/memory.ts";
import { KvReader, kvReader } from "../../templates/runtime/kv/reader.ts";
import { CounterProblem } from "../../templates/runtime/problem.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import { batchOf, EPOCH, never, Place } from "./lone-objects.ts";

const gone = () => Promise.reject(new Error("gone"));
const ERROR = "Error: gone";

test("a shard writes that it is new, what it counted and what it flushed", async () => {
	const place = new Place();
	const shard = place.shard();
	expect(place.logged("epoch-started")).toEqual([
		{ level: "info", details: { epoch: EPOCH } },
	]);
	await shard.increment([
		["a", 1],
		["b", 2],
	]);
	expect(place.logged("counted")).toEqual([
		{ level: "debug", details: { requests: [{ a: 1, b: 2 }] } },
	]);
	await shard.drain();
	expect(place.logged("flushed")).toEqual([
		{ level: "debug", details: { seq: 1, requests: 1, counters: 2 } },
	]);
	// One that starts again is not new.
	place.shard();
	expect(place.logged("epoch-started")).toHaveLength(1);
});

test("a repeated request is not among those that were counted", async () => {
	const place = new Place();
	const shard = place.shard();
	const key = {
		key: "k",
		fingerprint: "f",
		shardCount: 1,
		shardCounts: [1],
		reshardings: 0,
	};
	// These two share a commit, and the last one finds the key counted.
	const both = [[["a", 1]] as const, [["a", 1]] as const].map((entries) =>
		shard.increment(entries, key),
	);
	await Promise.all(both);
	expect(await shard.increment([["a", 1]], key)).toMatchObject({
		repeated: true,
	});
	const counted = place
		.logged("counted")
		.flatMap(({ details }) => details.requests);
	expect(counted).toEqual([{ a: 1 }]);
});

test("a shard writes every flush that failed, and when one succeeds again", async () => {
	const place = new Place();
	let fails = true;
	const shard = place.shard({
		apply: ({ epoch, seq }) =>
			fails ? gone() : Promise.resolve({ epoch, seq }),
	});
	await shard.increment([["a", 1]]);
	await expect(shard.drain()).rejects.toThrow("gone");
	place.now += 500;
	await expect(shard.drain()).rejects.toThrow("gone");
	expect(place.logged("flush-failed")).toEqual([
		{
			level: "warn",
			details: { seq: 1, failures: 1, retryInMs: 375, error: ERROR },
		},
		{
			level: "warn",
			details: { seq: 1, failures: 2, retryInMs: 750, error: ERROR },
		},
	]);
	fails = false;
	place.now += 500;
	await shard.drain();
	expect(place.logged("flush-recovered")).toEqual([
		{ level: "info", details: { seq: 1, failures: 2, afterMs: 1_000 } },
	]);
	await shard.increment([["a", 1]]);
	await shard.drain();
	expect(place.logged("flush-recovered")).toHaveLength(1);
});

test.each([
	{ epoch: 7, seq: 3 },
	{ epoch: EPOCH, seq: 0 },
])(
	"a shard says that the global object did not apply its batch, but is at %o",
	async (applied) => {
		const place = new Place();
		const shard = place.shard({ apply: async () => applied });
		await shard.increment([["a", 1]]);
		await expect(shard.drain()).rejects.toThrow(
			`the global object did not apply batch 1 of epoch ${EPOCH}: it is at batch ${applied.seq} of epoch ${applied.epoch}`,
		);
		expect(shard.holdings().sealed).toEqual([["a", 1]]);
	},
);

test("a shard that cannot register a name says that the global object is gone", async () => {
	const place = new Place();
	const shard = place.shard({ register: gone });
	expect(await shard.increment([["a", 1]])).toMatchObject({
		problem: { code: "global-unreachable", status: 503, retryAfter: 5 },
	});
	expect(place.logged("global-unreachable")).toEqual([
		{ level: "warn", details: { error: ERROR } },
	]);
});

test("a full shard says so once, until it was not for a minute", async () => {
	const place = new Place();
	const shard = place.shard({ apply: gone });
	const most = Number.MAX_SAFE_INTEGER;
	// One batch is sealed, and not applied; the next one is as full.
	await shard.increment([["a", most - 1]]);
	await expect(shard.drain()).rejects.toThrow("gone");
	await shard.increment([["a", most - 1]]);
	const refused = () =>
		expect(shard.increment([["a", 2]])).resolves.toMatchObject({
			problem: { code: "shard-full" },
		});
	await refused();
	expect(place.logged("shard-full")).toEqual([
		{ level: "warn", details: { waiting: 0, held: 25, volume: most - 1 } },
	]);
	for (const ms of [59_999, 59_999]) {
		place.now += ms;
		await refused();
		expect(place.logged("shard-full")).toHaveLength(1);
	}
	place.now += 60_000;
	await refused();
	expect(place.logged("shard-full")).toHaveLength(2);
});

test("the global object writes what it published", async () => {
	const place = new Place();
	const global = place.global({ pageBytes: 10 });
	global.apply(batchOf(1, [["a", 1]]));
	global.apply(batchOf(2, [["a", 1]]));
	await global.publish();
	global.apply(batchOf(3, [["b", 1]]));
	place.now += 1_000;
	await global.publish();
	expect(place.logged("published")).toEqual([
		{
			level: "debug",
			details: { asOf: 1_000_000, writes: 2, inPages: false },
		},
		{ level: "debug", details: { asOf: 1_001_000, writes: 1, inPages: true } },
	]);
});

test("the global object writes that KV refused, and that it takes totals again", async () => {
	const place = new Place();
	let fails = true;
	const put = () => (fails ? gone() : Promise.resolve());
	const global = place.global({ kv: { put, delete: async () => {} } });
	global.apply(batchOf(1, [["a", 1]]));
	expect(await global.publish()).toMatchObject({
		problem: { code: "kv-unavailable" },
	});
	expect(place.logged("publish-failed")).toEqual([
		{ level: "warn", details: { failures: 1, retryInMs: 1_000, error: ERROR } },
	]);
	fails = false;
	place.now += 2_000;
	expect(await global.publish()).toBeUndefined();
	expect(place.logged("publish-recovered")).toEqual([
		{ level: "info", details: { failures: 1, afterMs: 2_000 } },
	]);
});

test("the global object writes which pages KV did not delete, and tries after a minute", async () => {
	const place = new Place();
	const global = place.global({
		pageBytes: 10,
		kv: { put: async () => {}, delete: gone },
	});
	const publish = async (seq: number) => {
		global.apply(
			batchOf(seq, [
				["a", 1],
				["b", 1],
			]),
		);
		place.now += 1_000;
		await global.publish();
	};
	await publish(1);
	await publish(2);
	place.now += 600_000;
	await place.ring(global);
	expect(place.logged("delete-failed")).toEqual([
		{ level: "warn", details: { error: ERROR } },
	]);
	expect(place.alarm).toBe(place.now + 60_000);
});

test("the global object writes a reset, and whether it was of all", async () => {
	const place = new Place();
	const global = place.global();
	await global.reset("a");
	await global.reset();
	expect(place.logged("reset")).toEqual([
		{ level: "info", details: { all: false } },
		{ level: "info", details: { all: true } },
	]);
});

test("the global object writes when a shard that had brought counts starts over", () => {
	const place = new Place();
	const global = place.global();
	global.register([["a"]], 0);
	// It is new: it had brought nothing.
	global.apply(batchOf(1, [["a", 1]]));
	global.apply(batchOf(2, [["a", 1]]));
	expect(place.logged("shard-started-over")).toEqual([]);
	global.apply(batchOf(1, [["a", 1]], { epoch: 5 }));
	expect(place.logged("shard-started-over")).toEqual([
		{ level: "warn", details: { shard: 0, epoch: 5 } },
	]);
});

test("the global object writes which shard did not answer", async () => {
	const place = new Place();
	const nothing = { epoch: 1, seq: 0, sealed: [], pending: [] };
	const global = place.global({
		holdings: async (shard) => (shard === 3 ? gone() : nothing),
	});
	global.register([["a"]], 3);
	expect(await global.shards()).toMatchObject({
		problem: { code: "shard-unreachable", extra: { unreachable: ["shard3"] } },
	});
	expect(place.logged("shard-unreachable")).toEqual([
		{ level: "warn", details: { shard: 3, error: ERROR } },
	]);
});

test("the global object writes of a shard whether it was asked at all", async () => {
	const place = new Place();
	const shards = Array.from({ length: 65 }, (_, n) => n);
	let isOver = () => {};
	const host = {
		...place.host,
		wait: () => new Promise<void>((resolve) => (isOver = resolve)),
	};
	const asked = everyShard(host, shards, never);
	isOver();
	expect((await asked).unreachable).toHaveLength(65);
	const errorOf = (shard: number) =>
		place
			.logged("shard-unreachable")
			.find(({ details }) => details.shard === shard)?.details.error;
	expect([errorOf(63), errorOf(64)]).toEqual([
		"Error: no answer within 30000 ms",
		"Error: other shards took all the time",
	]);
});

test("the global object writes how many requests were refused", () => {
	const place = new Place();
	const requests = { unauthorized: 3 };
	place.global().health.refused(requests);
	expect(place.logged("requests-refused")).toEqual([
		{ level: "info", details: { requests } },
	]);
});

test("a reader writes that KV did not answer", async () => {
	const place = new Place();
	const kv = { getWithMetadata: gone } as unknown as ConstructorParameters<
		typeof KvReader
	>[0];
	const settings = { kvPrefix: "m", earlierKvPrefixes: [] };
	const reader = new KvReader(
		kv,
		settings as unknown as CounterSettings,
		new KvMemory(() => place.now),
		place.host,
	);
	await expect(reader.counters()).rejects.toMatchObject({
		problem: { code: "kv-unavailable", status: 503, retryAfter: 5 },
	});
	expect(place.logged("kv-unreachable")).toEqual([
		{ level: "warn", details: { error: ERROR } },
	]);
});

test("what an isolate writes of reading names the namespace, and KV", async () => {
	vi.stubGlobal("scheduler", scheduler);
	const write = vi.spyOn(console, "warn").mockImplementation(() => {});
	try {
		const settings = {
			doNamespace: "METRICS_DO",
			kvNamespace: "KV",
			kvPrefix: "m",
			earlierKvPrefixes: [],
			logLevel: "warn",
		} as unknown as CounterSettings;
		const reader = kvReader({ KV: { getWithMetadata: gone } }, settings);
		await expect(reader.counters()).rejects.toThrow(CounterProblem);
		expect(JSON.parse(`${write.mock.lastCall}`)).toMatchObject({
			event: "kv-unreachable",
			namespace: "METRICS_DO",
			object: "kv",
		});
	} finally {
		write.mockRestore();
		vi.unstubAllGlobals();
	}
});

test("a read of KV names the disk that it is kept on", async () => {
	// A full disk is logged once a minute in an isolate: here, in a worker of tests.
	vi.setSystemTime(2_000_000_000_000);
	onTestFinished(() => {
		vi.useRealTimers();
	});
	const place = new Place();
	const kv = {
		getWithMetadata: () =>
			Promise.reject(new Error("KV GET failed: 507 Insufficient Storage")),
	} as unknown as ConstructorParameters<typeof KvReader>[0];
	const settings = { kvPrefix: "m", earlierKvPrefixes: [] };
	const reader = new KvReader(
		kv,
		settings as unknown as CounterSettings,
		new KvMemory(() => place.now),
		place.host,
	);
	await expect(reader.counters()).rejects.toMatchObject({
		problem: { code: "storage-full", status: 503 },
	});
	expect(place.events).toEqual(["storage-full"]);
});
