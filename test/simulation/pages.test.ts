import { expect, test } from "vitest";
import {
	type GlobalHost,
	GlobalRole,
} from "../../templates/runtime/global/role.ts";
import type { Batch, Entry } from "../../templates/runtime/protocol.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const settings = {
	...new Configurations(new Random(1), profile).next(),
	kvPrefix: "first",
};

/** A global object on a disk of its own, which outlives it. */
class Lives {
	readonly storage = new Storage(() => {});
	readonly kv = new Map<string, string>();
	readonly deleted: string[] = [];
	/** Deletions under way. */
	deletes = { atOnce: 0, most: 0 };
	alarm: number | undefined;
	now = 1_000_000;
	/** Puts that KV takes before it refuses. */
	puts = Infinity;

	start(change: Partial<typeof settings> = {}): GlobalRole {
		const host: GlobalHost = {
			now: () => this.now,
			random: () => this.now / 2_000_000_000,
			wait: async (ms, signal) => {
				if (signal) return new Promise<never>(() => {});
				this.now += ms;
			},
			setAlarm: (at) => {
				this.alarm = at;
			},
			log: () => {},
			drain: () => Promise.resolve(true),
			health: () => Promise.reject(new Error("not asked")),
			meet: () => Promise.reject(new Error("not asked")),
			push: () => Promise.reject(new Error("not asked")),
			recall: () => Promise.reject(new Error("not asked")),
			holdings: () => Promise.reject(new Error("not asked")),
			kv: {
				put: async (key, text) => {
					if (this.puts-- <= 0) throw new Error("KV refuses");
					this.kv.set(key, text);
				},
				delete: async (key) => {
					this.deletes.atOnce++;
					this.deletes.most = Math.max(this.deletes.most, this.deletes.atOnce);
					await Promise.resolve();
					this.deletes.atOnce--;
					this.kv.delete(key);
					this.deleted.push(key);
				},
			},
			pageBytes: 20,
		};
		const database = this.storage.database(() => true);
		return new GlobalRole({ ...settings, ...change }, database, host);
	}

	pages(): string[] {
		return [...this.kv.keys()].filter((key) => !key.endsWith("~counters"));
	}

	named(key: string): string[] {
		const manifest: { key: string }[] = JSON.parse(this.kv.get(key) ?? "[]");
		return manifest.map((page) => page.key);
	}
}

const batch = (seq: number, entries: Entry[]): Batch => ({
	version: 1,
	shard: 0,
	epoch: 1,
	seq,
	reason: "requestWrite",
	requests: 1,
	entries,
});
const ENTRIES: Entry[] = [
	["a", 1_000],
	["b", 1_000],
	["c", 1_000],
	["d", 1_000],
];

test("one changed counter rewrites one page, and the page before goes later", async () => {
	const lives = new Lives();
	const global = lives.start();
	global.register([ENTRIES.map(([name]) => name)], 0);
	global.apply(batch(1, ENTRIES));
	expect(await global.publish()).toBe(undefined);
	const before = lives.named("first~counters");
	expect(before).toHaveLength(2);
	global.apply(batch(2, [["d", 1]]));
	expect(await global.publish()).toBe(undefined);
	const after = lives.named("first~counters");
	expect(after[0]).toBe(before[0]);
	expect(after[1]).not.toBe(before[1]);
	expect(lives.kv.get(after[1] ?? "")).toBe('{"c":1000,"d":1001}');
	expect(lives.pages()).toHaveLength(3);
	// Nothing is counted any more: its alarms delete all the same, in time.
	const published = lives.now;
	for (let rings = 0; rings < 3 && lives.alarm !== undefined; rings++) {
		expect(lives.deleted).toEqual([]);
		lives.now = Math.max(lives.now, lives.alarm);
		lives.alarm = undefined;
		await global.alarm();
	}
	expect(lives.now).toBe(published + 600_000);
	expect(lives.deleted).toEqual([before[1]]);
	expect(lives.pages().sort()).toEqual(after.toSorted());
	expect(lives.alarm).toBe(undefined);
});

test("a page is kept for its time from when an alarm finds the clock set back", async () => {
	const lives = new Lives();
	const global = lives.start();
	global.apply(batch(1, ENTRIES));
	await global.publish();
	global.apply(batch(2, [["d", 1]]));
	await global.publish();
	// An alarm may ring once more.
	lives.now -= 3_600_000;
	await global.alarm();
	const keptUntil = lives.now + 600_000;
	expect(lives.alarm).toBe(keptUntil);
	// One that is early pauses for a second.
	for (lives.now of [lives.now, keptUntil - 1_001]) {
		await global.alarm();
		expect(lives.deleted).toEqual([]);
	}
	lives.now = keptUntil;
	await global.alarm();
	expect(lives.deleted).toHaveLength(1);
});

test("a new start ends a publication that another one began", async () => {
	const lives = new Lives();
	const first = lives.start();
	first.register([ENTRIES.map(([name]) => name)], 0);
	first.apply(batch(1, ENTRIES));
	expect(await first.publish()).toBe(undefined);
	// Code with another prefix gets as far as its first page.
	lives.puts = 1;
	const second = lives.start({ kvPrefix: "second" });
	expect(lives.alarm).toBeGreaterThan(0);
	expect(await second.publish()).toMatchObject({
		problem: { code: "kv-unavailable" },
	});
	expect(lives.kv.has("second~counters")).toBe(false);
	lives.puts = Infinity;
	lives.alarm = undefined;
	// Rolled back: the first key has all, but pages lie about.
	const third = lives.start();
	expect(lives.alarm).toBeGreaterThan(0);
	lives.now = lives.alarm ?? 0;
	await third.alarm();
	expect(lives.storage.rows("SELECT * FROM staged")).toEqual([]);
	lives.now += 600_000;
	await third.alarm();
	const named = lives.named("first~counters");
	const under = (prefix: string) =>
		lives.pages().filter((key) => key.startsWith(prefix));
	expect(under("first~").sort()).toEqual(named.toSorted());
	// Those of the second are known, should it ever be published to again.
	expect(lives.storage.rows("SELECT key FROM stale")).toEqual(
		expect.arrayContaining(under("second~").map((key) => ({ key }))),
	);
	expect(under("second~")).toHaveLength(1);
	const fourth = lives.start({ kvPrefix: "second" });
	expect(await fourth.publish()).toBe(undefined);
	lives.now += 600_000;
	await fourth.alarm();
	expect(under("second~").sort()).toEqual(
		lives.named("second~counters").toSorted(),
	);
});

test("names that come back after a reset count towards maxCounters", async () => {
	const lives = new Lives();
	const global = lives.start({ maxCounters: 2 });
	expect(global.register([["a"]], 0)).toEqual([[]]);
	expect(await global.reset()).toBe(undefined);
	expect(global.register([["b"]], 0)).toEqual([[]]);
	// Counted by a shard that did not know of the reset yet.
	global.apply(batch(1, [["a", 1]]));
	expect(global.register([["c"]], 0)).toEqual([["c"]]);
	expect(global.register([["a", "b"]], 0)).toEqual([[]]);
});

test("a reset of one counter rewrites its page, and no other", async () => {
	const lives = new Lives();
	const global = lives.start();
	global.register([ENTRIES.map(([name]) => name)], 0);
	global.apply(batch(1, ENTRIES));
	await global.publish();
	const before = lives.named("first~counters");
	expect(await global.reset("d")).toBe(undefined);
	const after = lives.named("first~counters");
	expect(after[0]).toBe(before[0]);
	expect(lives.kv.get(after[1] ?? "")).toBe('{"c":1000}');
});

test("a page whose counters are all reset is gone", async () => {
	const lives = new Lives();
	const global = lives.start();
	global.register([ENTRIES.map(([name]) => name)], 0);
	const more: Entry[] = [...ENTRIES, ["e", 1_000], ["f", 1_000]];
	global.apply(batch(1, more));
	await global.publish();
	const before = lives.named("first~counters");
	expect(before.map((key) => lives.kv.get(key))).toEqual([
		'{"a":1000}',
		'{"b":1000,"c":1000}',
		'{"d":1000}',
		'{"e":1000,"f":1000}',
	]);
	expect(await global.reset("d")).toBe(undefined);
	expect(lives.named("first~counters")).toEqual(
		before.filter((_, n) => n !== 2),
	);
});

test("pages are deleted four at a time", async () => {
	const lives = new Lives();
	const global = lives.start();
	const names = "abcdefghijklmnopqrst".split("");
	global.register([names], 0);
	const all = names.map((name): Entry => [name, 1_000]);
	global.apply(batch(1, all));
	await global.publish();
	global.apply(batch(2, all));
	await global.publish();
	lives.deletes = { atOnce: 0, most: 0 };
	lives.now += 700_000;
	await global.alarm();
	expect(lives.deleted.length).toBeGreaterThan(4);
	expect(new Set(lives.deleted).size).toBe(lives.deleted.length);
	expect(lives.deletes.most).toBe(4);
});

test("a counter that does not fit into a page has one to itself", async () => {
	const lives = new Lives();
	const global = lives.start();
	const long = "b".repeat(30);
	global.apply(batch(1, [[long, 1]]));
	expect(await global.publish()).toBe(undefined);
	expect(lives.kv.get("first~counters")).toBe(`{"${long}":1}`);
	global.apply(
		batch(2, [
			["a", 1],
			["c", 1],
		]),
	);
	expect(await global.publish()).toBe(undefined);
	const texts = lives.named("first~counters").map((key) => lives.kv.get(key));
	expect(texts).toEqual(['{"a":1}', `{"${long}":1}`, '{"c":1}']);
});

test("a publication by hand brings what came after one that was not ended", async () => {
	const lives = new Lives();
	const global = lives.start();
	global.apply(batch(1, ENTRIES));
	// Both pages arrive, but not their list.
	lives.puts = 2;
	expect(await global.publish()).toMatchObject({
		problem: { code: "kv-unavailable" },
	});
	lives.puts = Infinity;
	global.apply(batch(2, [["d", 1]]));
	expect(await global.publish()).toBe(undefined);
	const [, last = ""] = lives.named("first~counters");
	expect(lives.kv.get(last)).toBe('{"c":1000,"d":1001}');
});
