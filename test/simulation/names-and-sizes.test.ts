import { expect, test } from "vitest";
import { fingerprintOf } from "../../templates/runtime/idempotency/fingerprint.ts";
import { migrate } from "../../templates/runtime/object/migrations.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import { KnownNames } from "../../templates/runtime/shard/known-names.ts";
import { SHARD_SCHEMA } from "../../templates/runtime/shard/schema.ts";
import { EPOCH, never, Place } from "./lone-objects.ts";

const entries = (...names: string[]): Entry[] => names.map((name) => [name, 1]);

/** Opens the names that a shard there knows. */
function namesOf({ database }: Place): KnownNames {
	migrate(database, "shard", SHARD_SCHEMA);
	return new KnownNames(database);
}

test("a name is known once it was added, also to whoever starts later", () => {
	const place = new Place();
	const names = namesOf(place);
	expect(names.unknown(entries("a", "b", "c"))).toEqual(["a", "b", "c"]);
	names.add(["a", "c"]);
	expect(names.unknown(entries("a", "b", "c"))).toEqual(["b"]);
	const again = namesOf(place);
	expect(again.unknown(entries("b", "c", "a", "d"))).toEqual(["b", "d"]);
	// Names in memory cost no look at the disk.
	place.database.sql.exec("DROP TABLE known");
	expect(again.unknown(entries("a", "c"))).toEqual([]);
});

test("a name that was forgotten is unknown, in memory and on disk; others stay", () => {
	const place = new Place();
	const names = namesOf(place);
	names.add(["a", "b", "c"]);
	names.forget("a");
	expect(names.forgotten).toBe(1);
	for (const one of [names, namesOf(place)])
		expect(one.unknown(entries("a", "b", "c"))).toEqual(["a"]);
	names.forget(true);
	expect(names.forgotten).toBe(2);
	for (const one of [names, namesOf(place)])
		expect(one.unknown(entries("a", "b", "c"))).toEqual(["a", "b", "c"]);
});

test("memory holds 20,000 names; those past it are known from disk", () => {
	const place = new Place();
	const names = namesOf(place);
	const many = Array.from({ length: 20_001 }, (_, n) => `n${n}`);
	names.add(many);
	expect(names.unknown(entries(...many))).toEqual([]);
	// The last one alone was kept when memory was full: 20,000 were asked for.
	place.database.sql.exec("DROP TABLE known");
	expect(() => names.unknown(entries("n0", "n1"))).toThrow("known");
});

test("names that were registered while a reset forgot them are registered again", async () => {
	const place = new Place();
	const asked: (readonly (readonly string[])[])[] = [];
	let answer = () => {};
	const shard = place.shard({
		register: (lists) => {
			asked.push(lists);
			return new Promise((resolve) => {
				answer = () => resolve(lists.map(() => []));
			});
		},
	});
	const counted = shard.increment([["a", 1]]);
	await shard.drain("b");
	answer();
	await new Promise((resolve) => setImmediate(resolve));
	expect(asked).toEqual([[["a"]], [["a"]]]);
	answer();
	expect(await counted).toEqual({ shard: 0, repeated: false });
	expect(await shard.increment([["a", 1]])).toMatchObject({ shard: 0 });
	expect(asked).toHaveLength(2);
});

test("requests that wait for a registration have room for 8,000,000 characters", async () => {
	const place = new Place();
	const shard = place.shard({ register: never });
	// A name weighs its characters, and 24.
	const weighing = (size: number): Entry[] => [["x".repeat(size - 24), 1]];
	void shard.increment(weighing(4_000_000));
	void shard.increment(weighing(2_000_000));
	void shard.increment(weighing(2_000_000));
	const full = { problem: { code: "shard-full" } };
	expect(await shard.increment(weighing(25))).toMatchObject(full);
	// The first is under way, two wait for it.
	expect(shard.load().waiting).toEqual({
		requests: 2,
		volume: 0,
		size: 8_000_000,
		keys: 0,
	});
	expect(place.logged("shard-full")).toHaveLength(1);
	// It holds nothing, so it sends nothing.
	expect(shard.health().failures).toEqual({ total: 0, inRow: 0 });
});

test("what is held, what waits and what comes have room for 8,000,000 characters", async () => {
	const place = new Place();
	const shard = place.shard({ apply: never, commit: never });
	const weighing = (size: number): Entry[] => [["x".repeat(size - 24), 1]];
	const turn = () => new Promise((resolve) => setImmediate(resolve));
	for (const size of [1_000_000, 3_000_000, 4_000_000]) {
		void shard.increment(weighing(size));
		await turn();
	}
	expect(shard.load()).toEqual({
		open: { volume: 1, size: 1_000_000 },
		waiting: { requests: 2, volume: 2, size: 7_000_000, keys: 0 },
	});
	const full = { problem: { code: "shard-full" } };
	const answer = await Promise.race([shard.increment(weighing(25)), turn()]);
	expect(answer).toMatchObject(full);
});

test("what waited for a registration makes room when it ends, however it does", async () => {
	const place = new Place();
	let ends = () => {};
	const shard = place.shard({
		register: () =>
			new Promise((_, reject) => {
				ends = () => reject(new Error("gone"));
			}),
	});
	const most: Entry[] = [["x".repeat(8_000_000 - 24), 1]];
	for (let n = 0; n < 2; n++) {
		const answer = shard.increment(most);
		ends();
		expect(await answer).toMatchObject({
			problem: { code: "global-unreachable" },
		});
	}
});

test("a shard answers what it holds of a range, both ends included", async () => {
	const place = new Place();
	const shard = place.shard({ apply: never });
	await shard.increment(entries("a", "b", "c", "d"));
	void shard.drain();
	await shard.increment(entries("c", "e"));
	const keptBy = (from: string, to?: string) => {
		const { sealed, pending } = shard.holdings({ from, to });
		return [sealed, pending].map((one) => one.map(([name]) => name).join(""));
	};
	expect(keptBy("")).toEqual(["abcd", "ce"]);
	expect(keptBy("b")).toEqual(["bcd", "ce"]);
	expect(keptBy("b", "c")).toEqual(["bc", "c"]);
	expect(keptBy("d", "e")).toEqual(["d", "e"]);
	expect(keptBy("bb", "bc")).toEqual(["", ""]);
	const names = ["b", "c", "f"];
	const few = { sealed: entries("b", "c"), pending: entries("c") };
	// A list bounds what is answered, whatever all of it weighs.
	expect(shard.holdings({ from: "b", to: "f", names }, 1)).toMatchObject(few);
	expect(shard.holdings()).toEqual({
		epoch: EPOCH,
		seq: 1,
		sealed: entries("a", "b", "c", "d"),
		pending: entries("c", "e"),
	});
	// Four names of 25, and two.
	expect(shard.holdings(undefined, 150)).not.toHaveProperty("omitted");
	expect(shard.holdings(undefined, 149)).toEqual({
		epoch: EPOCH,
		seq: 1,
		sealed: [],
		pending: [],
		omitted: 6,
	});
});

test("what fails on its way to the disk is thrown, with a key and without", async () => {
	const place = new Place();
	const commit = () => Promise.reject(new Error("disk full"));
	const shard = place.shard({ commit });
	const key = {
		key: "k",
		fingerprint: "f",
		shardCount: 1,
		shardCounts: [1],
		reshardings: 0,
	};
	await expect(shard.increment([["a", 1]])).rejects.toThrow("disk full");
	await expect(shard.increment([["a", 1]], key)).rejects.toThrow("disk full");
});

test("requests have the same fingerprint for the same entries in any order", async () => {
	const short = await fingerprintOf([
		["b", 1],
		["a", 2],
	]);
	expect(short).toBe('[["a",2],["b",1]]');
	const many = Array.from({ length: 60 }, (_, n): Entry => [`name-${n}`, n]);
	const long = await fingerprintOf(many);
	expect(await fingerprintOf(many.toReversed())).toBe(long);
	expect(long).toMatch(/^[0-9a-f]{64}$/);
	// One whose hash has a byte below 16: it has two digits all the same.
	const all = await Promise.all(
		many.map((_, n) => fingerprintOf([...many, ["more", n]])),
	);
	expect(all.filter((one) => !/^[0-9a-f]{64}$/.test(one))).toEqual([]);
	expect(new Set(all).size).toBe(many.length);
});
