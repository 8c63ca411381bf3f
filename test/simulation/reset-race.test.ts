import { expect, test } from "vitest";
import { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { Holdings } from "../../templates/runtime/protocol.ts";
import { ShardRole } from "../../templates/runtime/shard/role.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const settings = {
	...new Configurations(new Random(1), profile).next(),
	maxCounters: 2,
};
const database = () => new Storage(() => {}).database(() => true);
const host = {
	now: () => 1_000,
	random: () => 0.5,
	wait: () => new Promise<void>(() => {}),
	setAlarm: () => {},
	log: () => {},
};

// Seed 2101932 of the soak that found it: a name was known to a shard, and had
// no room in the global object.
test("a shard registers anew what it registered while a reset went by", async () => {
	const answers: (() => void)[] = [];
	const shard = new ShardRole(0, settings, database(), {
		...host,
		commit: () => Promise.resolve(),
		apply: ({ epoch, seq }) => Promise.resolve({ epoch, seq }),
		register: (lists) =>
			new Promise((resolve) =>
				answers.push(() => resolve(lists.map(() => []))),
			),
		lend: () => Promise.reject(new Error("not asked")),
		claimAt: () => Promise.reject(new Error("there is no other shard")),
	});
	const counted = shard.increment([["a", 1]]);
	expect(answers).toHaveLength(1);
	await shard.drain(true);
	answers[0]?.();
	await new Promise((resolve) => setImmediate(resolve));
	expect(answers).toHaveLength(2);
	answers[1]?.();
	expect(await counted).toEqual({ shard: 0, repeated: false });
});

test("a reset of one counter has that one registered anew, and no other", async () => {
	const registered: string[] = [];
	const shard = new ShardRole(0, settings, database(), {
		...host,
		commit: () => Promise.resolve(),
		apply: ({ epoch, seq }) => Promise.resolve({ epoch, seq }),
		register: async (lists) => {
			registered.push(...lists.flat());
			return lists.map(() => []);
		},
		lend: () => Promise.reject(new Error("not asked")),
		claimAt: () => Promise.reject(new Error("there is no other shard")),
	});
	const count = () =>
		shard.increment([
			["a", 1],
			["b", 1],
		]);
	await count();
	await shard.drain("a");
	await count();
	await shard.drain(true);
	await count();
	expect(registered).toEqual(["a", "b", "a", "a", "b"]);
});

test("a reset has every shard forget what is reset, and no more", async () => {
	const forgotten: (string | true)[] = [];
	const global = new GlobalRole(settings, database(), {
		...host,
		drain: async (_, forget) => {
			forgotten.push(forget);
			return true;
		},
		health: () => Promise.reject(new Error("not asked")),
		meet: () => Promise.reject(new Error("not asked")),
		push: () => Promise.reject(new Error("not asked")),
		recall: () => Promise.reject(new Error("not asked")),
		holdings: () => Promise.reject<Holdings>(new Error("not asked")),
		kv: { put: () => Promise.resolve(), delete: () => Promise.resolve() },
		pageBytes: 1_000,
	});
	global.register([["a"], ["b"]], 0);
	const idle = () => new Promise((resolve) => setImmediate(resolve));
	// KV's pace is not waited for here.
	void global.reset("a");
	await idle();
	expect(new Set(forgotten)).toEqual(new Set(["a"]));
	void global.reset();
	await idle();
	expect(new Set(forgotten)).toEqual(new Set(["a", true]));
});

test("a reset keeps the room of names that register while it drains", async () => {
	const drained: ((any: boolean) => void)[] = [];
	const global = new GlobalRole(settings, database(), {
		...host,
		drain: () =>
			new Promise<boolean>((resolve) => {
				drained.push(resolve);
			}),
		health: () => Promise.reject(new Error("not asked")),
		meet: () => Promise.reject(new Error("not asked")),
		push: () => Promise.reject(new Error("not asked")),
		recall: () => Promise.reject(new Error("not asked")),
		holdings: () => Promise.reject<Holdings>(new Error("not asked")),
		kv: { put: () => Promise.resolve(), delete: () => Promise.resolve() },
		pageBytes: 1_000,
	});
	expect(global.register([["old"]], 0)).toEqual([[]]);
	const reset = global.reset();
	await new Promise((resolve) => setImmediate(resolve));
	expect(global.register([["new"]], 1)).toEqual([[]]);
	for (const resolve of drained) resolve(true);
	expect(await reset).toBe(undefined);
	// "old" has lost its room, "new" has not: one more fits, and then no other.
	expect(global.register([["c"]], 0)).toEqual([[]]);
	expect(global.register([["d"]], 0)).toEqual([["d"]]);
	expect(global.register([["new"]], 0)).toEqual([[]]);
});
