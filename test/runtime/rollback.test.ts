import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type {
	GlobalHost,
	GlobalRole,
} from "../../templates/runtime/global/role.ts";
import type { Batch, Entry } from "../../templates/runtime/protocol.ts";
import * as beforeJournal from "../simulation/before-journal/global-role.js";
import { Manual } from "./worker/index.ts";

const object = env.MANUAL_DO.getByName("global");
const global = Manual.globalStub(env);
const EVERYTHING = { from: "", limit: 100 };

/** Surroundings in which nothing happens by itself. */
const host = {
	now: () => Date.now(),
	random: () => Math.random(),
	wait: () => new Promise<never>(() => {}),
	setAlarm: () => {},
	log: () => {},
	pageBytes: 1_000,
} as unknown as GlobalHost;

/** Has code without a journal run on the object's disk, in place of what is there. */
async function runBefore<T>(run: (role: GlobalRole) => T): Promise<T> {
	const result = await runInDurableObject(object, (_, { storage }) =>
		run(new beforeJournal.GlobalRole(Manual, storage, host)),
	);
	await evictDurableObject(object);
	return result;
}

const batchOf = (seq: number, entries: readonly Entry[]): Batch => ({
	version: 1,
	shard: 1,
	epoch: 7,
	seq,
	reason: "requestWrite",
	requests: 1,
	entries,
});

it("a rollback to code without a journal finds every count, and so does the way back", async () => {
	// A storage that code without a journal wrote.
	await runInDurableObject(object, async (_, { storage }) => {
		await storage.deleteAll();
	});
	await runBefore((role) => {
		role.register([["a", "b", "registered"]], 1);
		role.apply(batchOf(1, [["a", 5]]));
	});

	// It is brought forward, and nothing counts twice.
	expect(await object.apply(batchOf(1, [["a", 5]]))).toMatchObject({ seq: 1 });
	await object.apply(
		batchOf(2, [
			["a", 10],
			["b", 100],
		]),
	);
	expect(await object.apply(batchOf(3, [["a", 1]]))).toMatchObject({ seq: 3 });
	expect(await global.counters()).toEqual({ a: 16, b: 100 });
	const rows = await runInDurableObject(object, (_, { storage }) => [
		...storage.sql.exec("SELECT name, total FROM counters ORDER BY name").raw(),
	]);
	expect(rows).toEqual([
		["a", 5],
		["b", 0],
		["registered", null],
	]);
	await evictDurableObject(object);

	// Rolled back.
	await runBefore((role) => {
		expect(role.totals(EVERYTHING).entries).toEqual([
			["a", 16],
			["b", 100],
		]);
		expect(role.apply(batchOf(3, [["a", 1]]))).toEqual({ epoch: 7, seq: 3 });
		role.apply(batchOf(4, [["b", 1_000]]));
		role.register([["new"]], 0);
		expect(role.health.own()).toMatchObject({
			counters: 4,
			kv: { unpublished: 4 },
		});
	});

	// And forward again.
	expect(await object.apply(batchOf(4, [["b", 1_000]]))).toMatchObject({
		seq: 4,
	});
	await object.apply(batchOf(5, [["new", 3]]));
	expect(await global.counters()).toEqual({ a: 16, b: 1_100, new: 3 });
	const { counters, shards } = await object.metrics();
	expect(counters).toBe(4);
	expect(shards[1]).toMatchObject({ flushes: 5, requests: 5, volume: 1_119 });
});
