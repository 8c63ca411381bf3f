import { expect, test } from "vitest";
import { batchOf, Place } from "./lone-objects.ts";

/** A KV that takes so many puts, and what it was put. */
class Kv {
	left = Infinity;
	readonly puts: [key: string, text: string][] = [];
	readonly asOf: number[] = [];
	readonly kv = {
		put: async (
			key: string,
			text: string,
			metadata?: { asOf: number },
		): Promise<void> => {
			if (this.left <= 0) throw new Error("KV refuses");
			this.left--;
			this.puts.push([key, text]);
			if (metadata) this.asOf.push(metadata.asOf);
		},
		delete: async () => {},
	};
}

const T = 1_000_000;

test("totals are due when the first change is as old as the timer says", async () => {
	const place = new Place();
	const { kv, asOf } = new Kv();
	const global = place.global({ kv });
	expect(place.alarm).toBeUndefined();
	global.apply(batchOf(1, [["a", 1]]));
	place.now += 3_000;
	global.apply(batchOf(2, [["a", 1]]));
	expect(place.alarm).toBe(T + 5_000);
	// One that rings early pauses for a second at most: a millisecond is left.
	place.now = T + 3_999;
	await place.ring(global);
	expect(asOf).toEqual([]);
	expect(place.alarm).toBe(T + 5_000);
	place.now = T + 5_000;
	await place.ring(global);
	expect(asOf).toEqual([T + 5_000]);
	expect(place.alarm).toBeUndefined();
});

test("totals are due at once when enough has come, but not within KV's second", async () => {
	const place = new Place();
	const { kv, asOf } = new Kv();
	const global = place.global({ kv }, { globalMinWritesToKV: 2 });
	global.apply(batchOf(1, [["a", 1]]));
	place.now += 10;
	global.apply(batchOf(2, [["a", 1]]));
	expect(place.alarm).toBe(T + 10);
	await place.ring(global);
	expect(asOf).toEqual([T + 10]);
	place.now += 300;
	global.apply(batchOf(3, [["a", 1]]));
	expect(place.alarm).toBe(T + 310 + 5_000);
	global.apply(batchOf(4, [["a", 1]]));
	expect(place.alarm).toBe(T + 10 + 1_000);
	// The second holds after a restart, too.
	place.alarm = undefined;
	place.global({ kv }, { globalMinWritesToKV: 2 });
	expect(place.alarm).toBe(T + 10 + 1_000);
});

test("without a timer totals are due by count alone", async () => {
	const place = new Place();
	const { kv, asOf } = new Kv();
	const settings = { globalMinWritesToKV: 3, globalWriteToKVAfter: 0 };
	const global = place.global({ kv }, settings);
	global.apply(batchOf(1, [["a", 1]]));
	global.apply(batchOf(2, [["a", 1]]));
	expect(place.alarm).toBeUndefined();
	place.now += 1_000_000;
	await place.ring(global);
	expect(asOf).toEqual([]);
	global.apply(batchOf(3, [["a", 1]]));
	expect(place.alarm).toBe(place.now);
});

test("a reset that KV did not take is due as soon as it may be tried again", async () => {
	const place = new Place();
	const kv = new Kv();
	const global = place.global({ kv: kv.kv }, { globalWriteToKVAfter: 0 });
	global.apply(batchOf(1, [["a", 1]]));
	kv.left = 0;
	expect(await global.reset("a")).toMatchObject({
		problem: { code: "kv-unavailable", status: 503, retryAfter: 5 },
	});
	expect(global.total("a").value).toBeUndefined();
	// It may ring too early: it was set for the reset itself.
	await place.ring(global);
	expect(kv.puts).toEqual([]);
	expect(place.alarm).toBe(T + 1_000);
	// Nobody remembers but the disk.
	place.alarm = undefined;
	const again = place.global({ kv: kv.kv }, { globalWriteToKVAfter: 0 });
	expect(place.alarm).toBe(T + 1_000);
	kv.left = Infinity;
	place.now = T + 1_000;
	await place.ring(again);
	expect(kv.puts).toEqual([["metrics~counters", "{}"]]);
	expect(place.alarm).toBeUndefined();
});

test("a reset that KV did not take is due after a restart, though KV had all before", async () => {
	const place = new Place();
	const kv = new Kv();
	const start = () => place.global({ kv: kv.kv }, { globalWriteToKVAfter: 0 });
	const global = start();
	global.apply(batchOf(1, [["a", 1]]));
	await global.publish();
	kv.left = 0;
	await global.reset("a");
	place.alarm = undefined;
	const again = start();
	expect(place.alarm).toBeDefined();
	kv.left = Infinity;
	place.now = Number(place.alarm);
	await place.ring(again);
	expect(kv.puts.at(-1)).toEqual(["metrics~counters", "{}"]);
});

test("what came while totals were put waits from the moment that these are of", async () => {
	const place = new Place();
	const kv = new Kv();
	const global = place.global({
		kv: {
			...kv.kv,
			put: async (...put) => {
				place.now += 700;
				global.apply(batchOf(2, [["a", 1]]));
				await kv.kv.put(...put);
			},
		},
	});
	global.apply(batchOf(1, [["a", 1]]));
	place.now += 5_000;
	await place.ring(global);
	expect(kv.puts).toEqual([["metrics~counters", '{"a":1}']]);
	expect(place.alarm).toBe(T + 5_000 + 5_000);
	const { kv: health } = await global.health.gather();
	expect(health).toMatchObject({ unpublished: 1, lag: 700 });
});

test("KV is tried again after ever longer, and as soon after a success as before", async () => {
	const place = new Place();
	const kv = new Kv();
	const global = place.global({ kv: kv.kv });
	global.apply(batchOf(1, [["a", 1]]));
	place.now += 5_000;
	const waits = async (rings: number) => {
		const waits: number[] = [];
		for (let n = 0; n < rings; n++) {
			await place.ring(global);
			waits.push(Number(place.alarm) - place.now);
			place.now = Number(place.alarm);
		}
		return waits;
	};
	kv.left = 0;
	expect(await waits(5)).toEqual([1_000, 1_000, 1_500, 3_000, 6_000]);
	kv.left = Infinity;
	await place.ring(global);
	expect(kv.puts).toHaveLength(1);
	expect(place.alarm).toBeUndefined();
	global.apply(batchOf(2, [["a", 1]]));
	place.now = Number(place.alarm);
	kv.left = 0;
	expect(await waits(2)).toEqual([1_000, 1_000]);
});

test("a publication that was cut short goes on with what is missing, of its moment", async () => {
	const place = new Place();
	const kv = new Kv();
	const global = place.global({ kv: kv.kv, pageBytes: 10 });
	global.apply(
		batchOf(1, [
			["a", 1],
			["b", 1],
		]),
	);
	place.now += 5_000;
	kv.left = 1;
	await place.ring(global);
	expect(kv.puts).toHaveLength(1);
	// Counts from now on are of a later moment.
	global.apply(
		batchOf(2, [
			["a", 1],
			["b", 1],
		]),
	);
	kv.left = Infinity;
	place.now = Number(place.alarm);
	await place.ring(global);
	expect(kv.asOf).toEqual([T + 5_000]);
	const texts = new Map(kv.puts);
	// Each page was put once.
	expect([kv.puts.length, texts.size]).toEqual([3, 3]);
	const manifest: { first: string; key: string }[] = JSON.parse(
		texts.get("metrics~counters") ?? "[]",
	);
	expect(manifest.map(({ first, key }) => [first, texts.get(key)])).toEqual([
		["", '{"a":1}'],
		["b", '{"b":1}'],
	]);
	await global.publish();
	expect(kv.asOf).toHaveLength(2);
});

test("a key that has never been published to is not dirty until something counts", async () => {
	const place = new Place();
	place.global();
	place.global({}, { kvPrefix: "another" });
	expect(place.alarm).toBeUndefined();
});
