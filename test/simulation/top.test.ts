import { expect, test } from "vitest";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { KvPage } from "../../templates/runtime/kv/kv.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import { topCounters } from "../../templates/runtime/top/feature.ts";
import { highest } from "../../templates/runtime/top/highest.ts";
import { topOff } from "../../templates/runtime/top/off.ts";
import { batchOf, Place } from "./lone-objects.ts";

const KEY = "metrics~counters";
const HOUR_MS = 3_600_000;

/** A global object whose pages have room for two counters, and what KV has of it. */
class Paged {
	readonly place = new Place();
	readonly kv = new Map<string, string>();
	puts = 0;
	#seq = 0;

	/** @param counters highest ones to publish */
	start(counters: number): GlobalRole {
		const put = async (key: string, text: string) => {
			this.puts++;
			this.kv.set(key, text);
		};
		return this.place.global(
			{
				pageBytes: 20,
				kv: { put, delete: async () => {} },
				drain: async () => false,
			},
			{
				shardCount: 1,
				shardCounts: [1],
				kvPrefix: "metrics",
				globalMinWritesToKV: 1_000,
				globalWriteToKVAfter: 0,
				top: counters > 0 ? topCounters({ counters }) : topOff,
			},
		);
	}

	async count(global: GlobalRole, entries: readonly Entry[]): Promise<void> {
		global.apply(batchOf(++this.#seq, entries));
		await this.publish(global);
	}

	async publish(global: GlobalRole): Promise<void> {
		this.place.now += HOUR_MS;
		expect(await global.publish()).toBe(undefined);
	}

	/** Rings once an hour has passed. */
	async ring(global: GlobalRole): Promise<void> {
		this.place.now += HOUR_MS;
		await this.place.ring(global);
	}

	get pages(): KvPage[] {
		return JSON.parse(this.kv.get(KEY) ?? "[]");
	}

	get top(): readonly Entry[] | undefined {
		return this.pages[0]?.top;
	}
}

const FIVE: Entry[] = [
	["a", 100],
	["b", 300],
	["c", 200],
	["d", 300],
	["e", 100],
];

test("the highest are published, the highest first, and equal ones by name", async () => {
	const paged = new Paged();
	await paged.count(paged.start(4), FIVE);
	expect(paged.pages.length).toBeGreaterThan(2);
	expect(paged.top).toEqual([
		["b", 300],
		["d", 300],
		["c", 200],
		["a", 100],
	]);
	expect(paged.pages.slice(1).map((page) => page.top)).toEqual(
		paged.pages.slice(1).map(() => undefined),
	);
});

test("one that rises comes in, one that falls or is reset goes out", async () => {
	const paged = new Paged();
	const global = paged.start(2);
	await paged.count(global, FIVE);
	await paged.count(global, [["e", 250]]);
	expect(paged.top).toEqual([
		["e", 350],
		["b", 300],
	]);
	await paged.count(global, [["e", -300]]);
	expect(paged.top).toEqual([
		["b", 300],
		["d", 300],
	]);
	paged.place.now += HOUR_MS;
	expect(await global.reset("b")).toBe(undefined);
	expect(paged.top).toEqual([
		["d", 300],
		["c", 200],
	]);
});

test("another life of the object knows those of pages that it does not stage", async () => {
	const paged = new Paged();
	await paged.count(paged.start(2), FIVE);
	const puts = paged.puts;
	await paged.count(paged.start(2), [["a", 1]]);
	// A page, and the list of pages.
	expect(paged.puts - puts).toBe(2);
	expect(paged.top).toEqual([
		["b", 300],
		["d", 300],
	]);
});

test.each([
	["turned on", 0],
	["more than before", 1],
])(
	"once they are %s, they are published though nothing is counted",
	async (_, before) => {
		const paged = new Paged();
		await paged.count(paged.start(before), FIVE);
		expect(paged.top?.length ?? 0).toBe(before);
		await paged.ring(paged.start(3));
		expect(paged.top?.map(([name]) => name)).toEqual(["b", "d", "c"]);
		const puts = paged.puts;
		await paged.ring(paged.start(3));
		expect(paged.puts).toBe(puts);
	},
);

test("fewer than before cost nothing, and come with the next publication", async () => {
	const paged = new Paged();
	await paged.count(paged.start(3), FIVE);
	const puts = paged.puts;
	const global = paged.start(1);
	await paged.ring(global);
	expect(paged.puts).toBe(puts);
	await paged.count(global, [["a", 1]]);
	expect(paged.top).toEqual([["b", 300]]);
});

test("once they are off, neither the list nor the disk has any of them", async () => {
	const paged = new Paged();
	await paged.count(paged.start(3), FIVE);
	expect(paged.place.rows("tops")).toBe(paged.pages.length);
	const global = paged.start(0);
	await paged.count(global, [["a", 1]]);
	expect(paged.top).toBe(undefined);
	expect(() => paged.place.rows("tops")).toThrow("no such table");
});

test("the disk keeps those of pages that there are", async () => {
	const paged = new Paged();
	const global = paged.start(3);
	for (let n = 0; n < 5; n++) await paged.count(global, FIVE);
	// One of each page, and those of the pages before it until the next is staged.
	expect(paged.place.rows("tops")).toBeLessThanOrEqual(2 * paged.pages.length);
});

test("what fits into one page has no row and no list", async () => {
	const paged = new Paged();
	await paged.count(paged.start(3), [["a", 1]]);
	expect(paged.kv.get(KEY)).toBe('{"a":1}');
	expect(paged.place.rows("tops")).toBe(0);
});

test("all are the highest if there are no more than that", () => {
	expect(highest([], 3)).toEqual([]);
	expect(highest([["a", -5]], 3)).toEqual([["a", -5]]);
	expect(
		highest(
			[
				["b", 0],
				["a", 0],
				["\u{1f600}", 0],
				["\uffee", 0],
			],
			3,
		),
	).toEqual([
		["a", 0],
		["b", 0],
		["\uffee", 0],
	]);
});
