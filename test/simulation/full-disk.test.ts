import { expect, test } from "vitest";
import {
	ANY_WRITE,
	applying,
	batchOf,
	kvTaking,
	Place,
} from "./lone-objects.ts";

/** Past both thresholds by time. */
const LATER_MS = 100_000;

test("a shard that cannot seal on a full disk waits, tells it, and goes on", async () => {
	const place = new Place();
	let applied = 0;
	const shard = place.shard({ apply: applying(() => applied++) });
	await shard.increment([["a", 1]]);
	place.now += LATER_MS;
	place.refused = ANY_WRITE;
	await shard.alarm();
	expect(place.events).toContain("flush-failed");
	expect(place.alarm).toBeGreaterThanOrEqual(place.now + 250);
	place.refused = undefined;
	place.now = Number(place.alarm);
	await shard.alarm();
	expect(applied).toBe(1);
	expect(place.events).toContain("flush-recovered");
});

test("a shard that cannot note a name does not blame the global object", async () => {
	const place = new Place();
	const shard = place.shard();
	place.refused = /INTO known/;
	await expect(shard.increment([["a", 1]])).rejects.toThrow("full");
	expect(place.events).not.toContain("global-unreachable");
	place.refused = undefined;
	expect(await shard.increment([["a", 1]])).toMatchObject({ shard: 0 });
});

test("a global object that cannot stage on a full disk waits, tells it, and goes on", async () => {
	const place = new Place();
	let puts = 0;
	const global = place.global({ kv: kvTaking(() => puts++) });
	global.apply(batchOf(1));
	place.now += LATER_MS;
	place.refused = ANY_WRITE;
	await global.alarm();
	expect(place.events).toContain("publish-failed");
	expect(place.alarm).toBeGreaterThanOrEqual(place.now + 1_000);
	place.refused = undefined;
	place.now = Number(place.alarm);
	await global.alarm();
	expect(puts).toBe(1);
	expect(place.events).toContain("publish-recovered");
});

test("totals go on, and to KV, where the disk takes no more of the log", async () => {
	const place = new Place();
	let puts = 0;
	const global = place.global({ kv: kvTaking(() => puts++) });
	place.refused = /INTO writes|UPDATE writes/;
	expect(() => global.apply(batchOf(1))).toThrow("full");
	// The shard sends it again.
	expect(global.apply(batchOf(1))).toEqual({ epoch: 1, seq: 1 });
	expect(global.total("a")).toMatchObject({ value: 1 });
	expect(place.alarm).toBeDefined();
	place.now = Number(place.alarm);
	await global.alarm();
	expect(puts).toBe(1);
});

test("KV is written to ever more rarely while the disk does not note it", async () => {
	const place = new Place();
	const puts: number[] = [];
	const global = place.global({
		kv: kvTaking(() => {
			puts.push(place.now);
			place.refused = ANY_WRITE;
		}),
	});
	global.apply(batchOf(1));
	while (puts.length < 8) {
		place.refused = undefined;
		place.now = Number(place.alarm);
		await global.alarm();
	}
	const waits = puts.slice(1).map((at, n) => at - (puts[n] ?? 0));
	expect(waits.at(-1)).toBeGreaterThan(20_000);
	expect(new Set(place.events)).toEqual(new Set(["publish-failed"]));
});
