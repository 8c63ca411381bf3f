import { expect, test } from "vitest";
import { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import { ShardRole } from "../../templates/runtime/shard/role.ts";
import { applying, never, Place } from "./lone-objects.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");

test("a shard refuses what it cannot hold instead of growing", async () => {
	let commits: (() => void)[] = [];
	const shard = new ShardRole(
		0,
		new Configurations(new Random(1), profile).next(),
		new Storage(() => {}).database(() => true),
		{
			now: () => 1_000,
			random: () => 0.5,
			wait: () => new Promise(() => {}),
			setAlarm: () => {},
			log: () => {},
			// A disk that is slow: nothing becomes durable until it is told to.
			commit: () => new Promise((resolve) => commits.push(resolve)),
			apply: ({ epoch, seq }) => Promise.resolve({ epoch, seq }),
			register: (lists) => Promise.resolve(lists.map(() => [])),
			lend: () => Promise.reject(new Error("not asked")),
			claimAt: () => Promise.reject(new Error("there is no other shard")),
		},
	);
	const settled = () => new Promise((resolve) => setImmediate(resolve));
	const first = shard.increment([["a", 1]]);
	await settled();
	// One commit is under way; these wait for the next.
	const waiting = Array.from({ length: 10_000 }, () =>
		shard.increment([["a", 1]]),
	);
	await settled();
	expect(await shard.increment([["a", 1]])).toMatchObject({
		problem: { code: "shard-full", status: 503, retryAfter: 1 },
	});
	while (commits.length > 0) {
		const ready = commits;
		commits = [];
		for (const resolve of ready) resolve();
		await settled();
	}
	expect(await first).toEqual({ shard: 0, repeated: false });
	for (const answer of await Promise.all(waiting))
		expect(answer).toEqual({ shard: 0, repeated: false });
});

test("a shard refuses names that would not fit into a message", async () => {
	const shard = new ShardRole(
		0,
		{
			...new Configurations(new Random(1), profile).next(),
			maxCounters: 1_000_000,
			shardMinRequestToGlobal: 1,
		},
		new Storage(() => {}).database(() => true),
		{
			now: () => 1_000,
			random: () => 0.5,
			wait: () => Promise.resolve(),
			setAlarm: () => {},
			log: () => {},
			commit: () => Promise.resolve(),
			// The global object cannot be reached: everything stays here.
			apply: () => new Promise(() => {}),
			register: (lists) => Promise.resolve(lists.map(() => [])),
			lend: () => Promise.reject(new Error("not asked")),
			claimAt: () => Promise.reject(new Error("there is no other shard")),
		},
	);
	const fresh = (request: number) =>
		Array.from(
			{ length: 10_000 },
			(_, n): Entry => [`${request}-${n}`.padEnd(256, "x"), 1],
		);
	// The first is on its way; the others are in the batch after it.
	for (let request = 0; request < 3; request++)
		expect(await shard.increment(fresh(request))).toMatchObject({ shard: 0 });
	expect(await shard.increment(fresh(3))).toMatchObject({
		problem: { code: "shard-full", status: 503 },
	});
	const { sealed, pending } = shard.holdings();
	expect([sealed.length, pending.length]).toEqual([10_000, 20_000]);
	// A client that cannot take all of that reads how much it is.
	expect(shard.holdings(undefined, 30_000 * 280 - 1)).toMatchObject({
		sealed: [],
		pending: [],
		omitted: 30_000,
	});
	expect(shard.holdings(undefined, 30_000 * 280)).toEqual(shard.holdings());
	expect(await shard.increment([["small", 1]])).toMatchObject({ shard: 0 });
});

test("a shard refuses new names while too many wait to be registered", async () => {
	const shard = new ShardRole(
		0,
		new Configurations(new Random(1), profile).next(),
		new Storage(() => {}).database(() => true),
		{
			now: () => 1_000,
			random: () => 0.5,
			wait: () => new Promise(() => {}),
			setAlarm: () => {},
			log: () => {},
			commit: () => Promise.resolve(),
			apply: () => new Promise(() => {}),
			// The global object is slow.
			register: () => new Promise(() => {}),
			lend: () => Promise.reject(new Error("not asked")),
			claimAt: () => Promise.reject(new Error("there is no other shard")),
		},
	);
	const fresh = (request: number) =>
		Array.from(
			{ length: 10_000 },
			(_, n): Entry => [`${request}-${n}`.padEnd(256, "x"), 1],
		);
	const waiting = [shard.increment(fresh(0)), shard.increment(fresh(1))];
	expect(await shard.increment(fresh(2))).toMatchObject({
		problem: { code: "shard-full", status: 503 },
	});
	expect(waiting).toHaveLength(2);
});

test("a shard refuses names while too many requests wait for theirs", async () => {
	const place = new Place();
	const shard = place.shard({ register: never });
	// One registration is under way; these wait for the next.
	for (let n = 0; n <= 10_000; n++) void shard.increment([[`${n}`, 1]]);
	expect(shard.load().waiting.requests).toBe(10_000);
	expect(await shard.increment([["late", 1]])).toMatchObject({
		problem: { code: "shard-full", status: 503 },
	});
});

test("a shard that is full flushes, and the write log says why", async () => {
	const place = new Place();
	const reasons: string[] = [];
	const shard = place.shard({
		apply: applying(({ reason }) => reasons.push(reason)),
	});
	const fresh = (request: number) =>
		Array.from(
			{ length: 10_000 },
			(_, n): Entry => [`${request}-${n}`.padEnd(256, "x"), 1],
		);
	for (const n of [0, 1]) await shard.increment(fresh(n));
	expect(reasons).toEqual([]);
	expect(await shard.increment(fresh(2))).toMatchObject({
		problem: { code: "shard-full" },
	});
	expect(reasons).toEqual(["exceedMaxRequest"]);
});

test("a busy shard lets a commit wait a turn for more", async () => {
	const place = new Place();
	const waits: number[] = [];
	const commits: (() => void)[] = [];
	const shard = place.shard({
		wait: (ms) => {
			waits.push(ms);
			return place.host.wait(ms);
		},
		commit: () => new Promise((resolve) => commits.push(resolve)),
	});
	const settled = () => new Promise((resolve) => setImmediate(resolve));
	const count = (requests: number) => {
		for (let n = 0; n < requests; n++) void shard.increment([["a", 1]]);
		return settled();
	};
	const commit = () => {
		commits.shift()?.();
		return settled();
	};
	// Registers the name.
	await count(1);
	await commit();
	await count(1);
	await count(8);
	await commit();
	await count(1);
	expect(waits.filter((ms) => ms === 0)).toEqual([]);
	await commit();
	// Two turns that bring nothing.
	expect(waits.filter((ms) => ms === 0)).toEqual([0, 0]);
	expect(commits).toHaveLength(1);
});

test("keys that expire while a request waits are forgotten before its own is noted", async () => {
	const place = new Place();
	const HOUR_MS = 3_600_000;
	const commits: (() => void)[] = [];
	const shard = place.shard(
		{ commit: () => new Promise((resolve) => commits.push(resolve)) },
		{ idempotency: idempotencyKeys({ windowMs: HOUR_MS }) },
	);
	const settled = () => new Promise((resolve) => setImmediate(resolve));
	const key = {
		key: "k",
		fingerprint: "f",
		shardCount: 1,
		shardCounts: [1],
		reshardings: 0,
	};
	const since = () =>
		place.storage.rows<{ since: number }>("SELECT since FROM keyTables");
	const begun = place.now;
	// A table of keys is closed two minutes after a window.
	place.now += HOUR_MS + 119_000;
	void shard.increment([["a", 1]]);
	await settled();
	void shard.increment([["a", 1]], key);
	void shard.increment([["a", 1]]);
	await settled();
	expect(since()).toEqual([{ since: begun }]);
	place.now += 2_000;
	commits.shift()?.();
	await settled();
	expect(since()).toEqual([{ since: place.now }]);
});
