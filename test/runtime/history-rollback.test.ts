import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { GlobalHost } from "../../templates/runtime/global/role.ts";
import { historyOff } from "../../templates/runtime/history/off.ts";
import type { Batch } from "../../templates/runtime/protocol.ts";
import * as before from "../simulation/before-history/roles.js";
import { withinOneHour } from "./one-hour.ts";
import { Past } from "./worker/index.ts";

/** Surroundings in which nothing happens by itself. */
const host = {
	now: () => Date.now(),
	random: () => Math.random(),
	wait: () => new Promise<never>(() => {}),
	setAlarm: () => {},
	log: () => {},
	pageBytes: 1_000,
} as unknown as GlobalHost;

const batchOf = (seq: number): Batch => ({
	version: 1,
	shard: 1,
	epoch: 7,
	seq,
	reason: "requestWrite",
	requests: 1,
	entries: [["a", 5]],
});

it("history begins on a disk of before, is not gone on with by code of before, and is turned off", async () => {
	const object = env.PAST_DO.getByName("global");
	const today = async () => {
		const answer = await object.history({
			counter: "a",
			by: "day",
			range: { last: 1 },
		});
		return "points" in answer
			? answer.points.map(({ value }) => value)
			: answer;
	};
	const runBefore = async () => {
		const result = await runInDurableObject(object, (_, { storage }) => {
			try {
				const role = new before.GlobalRole(Past, storage, host);
				return role.apply(batchOf(role.total("a").value === undefined ? 1 : 3));
			} catch (error) {
				return `${error}`;
			}
		});
		await evictDurableObject(object);
		return result;
	};
	await withinOneHour(Past.history.timeZone);
	await runInDurableObject(object, async (_, { storage }) => {
		await storage.deleteAll();
	});
	expect(await runBefore()).toEqual({ epoch: 7, seq: 1 });

	await object.apply(batchOf(2));
	expect(await object.total("a")).toMatchObject({ value: 10 });
	expect(await today()).toEqual([5]);

	expect(await runBefore()).toContain("this code keeps no history");
	expect(await object.total("a")).toMatchObject({ value: 10 });
	expect(await today()).toEqual([5]);

	// Code that turns it off leaves a disk on which any code counts.
	await runInDurableObject(object, (_, { storage }) => {
		historyOff.open(storage, host);
	});
	await evictDurableObject(object);
	await runInDurableObject(object, (_, { storage }) => {
		historyOff.open(storage, host);
	});
	expect(await runBefore()).toEqual({ epoch: 7, seq: 3 });
	expect(await object.total("a")).toMatchObject({ value: 15 });
	expect(await today()).toEqual([0]);
});

it("a shard's commits have slots on a disk of before, and none once history is off", async () => {
	const object = env.PAST_DO.getByName("shard1");
	await runInDurableObject(object, async (_, { storage }) => {
		await storage.deleteAll();
		storage.sql.exec("CREATE TABLE later (id INTEGER)");
	});
	await evictDurableObject(object);
	await object.increment([["b", 1]]);
	const choice = { from: "b", to: "b", names: ["b"], slots: true };
	expect(await object.holdings(choice)).toMatchObject({
		pending: [["b", 1]],
		pendingSlots: [[expect.any(Number), "b", 1]],
	});
	await runInDurableObject(object, (_, { storage }) => {
		historyOff.openShard(storage);
		expect(
			storage.sql
				.exec("SELECT name FROM pragma_table_info('journal')")
				.toArray()
				.map(({ name }) => name),
		).not.toContain("slot");
	});
});
