import { expect, test } from "vitest";
import type { Entry } from "../../templates/runtime/protocol.ts";
import { writeLogOff } from "../../templates/runtime/write-log/off.ts";
import * as beforeJournal from "./before-journal/global-role.js";
import { ANY_WRITE, batchOf, Place, SETTINGS } from "./lone-objects.ts";

const OFF = { writeLog: writeLogOff };
const MOST = Number.MAX_SAFE_INTEGER;
const EVERYTHING = { from: "", limit: 1_000_000 };

const namesOf = (from: number, to: number): string[] =>
	Array.from({ length: to - from }, (_, n) => `name-${from + n}`);
const entriesOf = (from: number, to: number, by: number): Entry[] =>
	namesOf(from, to).map((name) => [name, by]);

/** Rows that something writes. */
function rowsOf({ storage }: Place, run: () => void): number {
	const before = storage.rowsWritten;
	run();
	return storage.rowsWritten - before;
}

/** Totals in the rows of counters, by how often they are there. */
const written = ({ storage }: Place) =>
	storage.rows(
		"SELECT total, COUNT(*) AS names FROM counters GROUP BY total ORDER BY total",
	);

/** Steps later, what was left for a step of its own is done. */
const later = () => new Promise((resolve) => setImmediate(resolve));

test("a batch costs one row, whatever the number of its counters", () => {
	const place = new Place();
	const global = place.global({}, OFF);
	global.apply(batchOf(1, entriesOf(0, 1_000, 1)));
	global.apply(batchOf(2));
	for (let seq = 3; seq < 30; seq++)
		expect(
			rowsOf(place, () => global.apply(batchOf(seq, entriesOf(0, 1_000, 1)))),
		).toBe(1);
	expect(global.total("name-7").value).toBe(28);
	expect(place.global({}, OFF).total("name-7").value).toBe(28);
	expect(written(place)).toEqual([{ total: 0, names: 1_001 }]);
});

test("a batch too large for a row takes several, and comes back whole", () => {
	const place = new Place();
	const entries = namesOf(0, 10_000).map(
		(name): Entry => [name.padEnd(256, "é"), 3],
	);
	place.global().apply(batchOf(1, entries));
	const sizes = place.storage.rows<{ bytes: number }>(
		"SELECT octet_length(entries) + octet_length(brought) AS bytes FROM journal",
	);
	expect(sizes.length).toBeGreaterThan(3);
	for (const { bytes } of sizes) expect(bytes).toBeLessThan(2_000_000);
	const { entries: found } = place.global().totals(EVERYTHING);
	expect(found).toEqual(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
});

test("rows of the journal are written again: it grows with counters, not with batches", () => {
	const place = new Place();
	const global = place.global({}, OFF);
	let most = 0;
	const rows = rowsOf(place, () => {
		for (let seq = 1; seq <= 2_000; seq++) {
			global.apply(batchOf(seq, entriesOf(seq % 50, (seq % 50) + 10, 1)));
			most = Math.max(most, place.rows("journal"));
		}
	});
	expect(most).toBeLessThan(100);
	// 60 names have their rows, and the number of them with each of the first 50.
	expect(rows).toBeLessThan(2_000 * 1.07 + 60 + 50);
	expect(place.global({}, OFF).totals(EVERYTHING).entries).toEqual(
		global.totals(EVERYTHING).entries,
	);
});

test("past 25,000 names those that are seldom counted go to their rows, in a later step", async () => {
	const place = new Place();
	const global = place.global({}, OFF);
	global.apply(batchOf(1, entriesOf(0, 20_000, 10)));
	await later();
	global.apply(batchOf(2, entriesOf(20_000, 25_000, 1)));
	await later();
	expect(written(place)).toEqual([{ total: 0, names: 25_000 }]);
	global.apply(batchOf(3, entriesOf(25_000, 25_001, 1)));
	const before = global.totals(EVERYTHING).entries;
	expect(written(place)).toEqual([{ total: 0, names: 25_001 }]);
	await later();
	expect(written(place)).toEqual([
		{ total: 0, names: 20_000 },
		{ total: 1, names: 5_001 },
	]);
	expect(global.totals(EVERYTHING).entries).toEqual(before);
	expect(place.global({}, OFF).totals(EVERYTHING).entries).toEqual(before);
	// The checkpoint has two texts, and what shards brought.
	const rows = rowsOf(place, () =>
		global.apply(batchOf(4, entriesOf(0, 20_000, 1))),
	);
	expect(rows).toBeLessThan(4);
});

test("an eviction that the disk does not take changes nothing, and is made up for", async () => {
	const place = new Place();
	const global = place.global({}, OFF);
	global.apply(batchOf(1, entriesOf(0, 26_000, 2)));
	place.refused = ANY_WRITE;
	await later();
	place.refused = undefined;
	expect(written(place)).toEqual([{ total: 0, names: 26_000 }]);
	place.refusesCommits = true;
	expect(() => global.apply(batchOf(2))).toThrow("full");
	await later();
	place.refusesCommits = false;
	expect(global.total("name-1").value).toBe(2);
	expect(place.global({}, OFF).total("name-1").value).toBe(2);
	global.apply(batchOf(2));
	await later();
	expect(written(place)).toEqual([
		{ total: 0, names: 20_000 },
		{ total: 1, names: 1 },
		{ total: 2, names: 6_000 },
	]);
});

test("past 50,000 names a batch waits until there are fewer", () => {
	const place = new Place();
	// Nothing happens in a step of its own.
	const global = place.global({ wait: () => new Promise(() => {}) }, OFF);
	global.apply(batchOf(1, entriesOf(0, 50_001, 1)));
	expect(written(place)).toEqual([{ total: 0, names: 50_001 }]);
	global.apply(batchOf(2, [["name-0", 5]]));
	expect(written(place)).toEqual([
		{ total: 0, names: 20_000 },
		{ total: 1, names: 30_001 },
	]);
	expect(global.total("name-0").value).toBe(6);
});

test("sums stay numbers that can be held, and totals within 2^53", () => {
	const place = new Place();
	const global = place.global({}, OFF);
	global.apply(batchOf(1, [["a", MOST]]));
	global.apply(batchOf(2, [["b", MOST - 1]]));
	global.apply(batchOf(3, [["a", 1]]));
	global.apply(batchOf(4, [["b", 1]]));
	for (const one of [global, place.global({}, OFF)])
		expect(one.totals(EVERYTHING).entries).toEqual([
			["a", MOST],
			["b", MOST],
		]);
	global.apply(batchOf(5, [["a", -MOST]]));
	global.apply(batchOf(6, [["a", -MOST]]));
	global.apply(batchOf(7, [["a", -MOST]]));
	expect(global.total("a").value).toBe(-MOST);
});

test("a restart neither counts names nor reads rows that are void", () => {
	const place = new Place();
	place.global({}, OFF).apply(batchOf(1, entriesOf(0, 100, 1)));
	const queries: string[] = [];
	const { sql } = place.database;
	const exec = sql.exec.bind(sql);
	sql.exec = (query: string, ...bindings: unknown[]) => {
		queries.push(query);
		return exec(query, ...bindings);
	};
	const rows = rowsOf(place, () => {
		expect(place.global({}, OFF).health.own().counters).toBe(100);
	});
	expect(rows).toBe(0);
	expect(queries.filter((query) => /count\(/i.test(query))).toEqual([]);
	expect(queries.length).toBeGreaterThan(5);
});

test("a reset of all costs a few rows, whatever the number of counters", async () => {
	const place = new Place();
	const global = place.global({}, OFF);
	global.apply(batchOf(1, entriesOf(0, 10_000, 1)));
	const before = place.storage.rowsWritten;
	await global.reset();
	expect(place.storage.rowsWritten - before).toBeLessThan(10);
	expect(place.global({}, OFF).totals(EVERYTHING).entries).toEqual([]);
	expect(place.global({}, OFF).health.own().counters).toBe(0);
});

test("a reset of one counter leaves what came of the others", async () => {
	const place = new Place();
	const global = place.global({}, OFF);
	global.apply(
		batchOf(1, [
			["a", 1],
			["b", 2],
		]),
	);
	await global.reset("a");
	global.apply(
		batchOf(2, [
			["a", 10],
			["b", 20],
		]),
	);
	for (const one of [global, place.global({}, OFF)]) {
		expect(one.totals(EVERYTHING).entries).toEqual([
			["a", 10],
			["b", 22],
		]);
		expect(one.health.own().counters).toBe(2);
	}
});

test("a storage that code without a journal wrote is brought forward", () => {
	const place = new Place();
	const host = {
		...place.host,
		kv: { put: async () => {}, delete: async () => {} },
		pageBytes: 1_000,
	};
	const settings = { ...SETTINGS, ...OFF };
	const before = () =>
		new beforeJournal.GlobalRole(settings, place.database, host as never);
	before().register([["a", "registered"]], 3);
	before().apply(batchOf(1, [["a", 5]], { requests: 7 }));
	before().apply(batchOf(2, [["b", -4]], { epoch: 2 }));
	const known = before().health.own();

	const global = place.global({}, OFF);
	expect(global.health.own()).toEqual(known);
	expect(global.apply(batchOf(1, [["a", 5]]))).toEqual({ epoch: 1, seq: 1 });
	global.apply(batchOf(2, [["a", 1]]));
	const starts = [() => global, () => place.global({}, OFF), before, before];
	for (const start of starts)
		expect(start().totals(EVERYTHING).entries).toEqual([
			["a", 6],
			["b", -4],
		]);
	expect(before().health.own()).toMatchObject({
		counters: 3,
		kv: { unpublished: 3 },
	});
	const again = place.global({}, OFF);
	expect(again.health.own()).toMatchObject({
		counters: 3,
		kv: { unpublished: 3 },
	});
	expect(again.apply(batchOf(2, [["a", 1]]))).toEqual({ epoch: 1, seq: 2 });
	expect(again.total("a").value).toBe(6);
});

test("names that code without a journal makes room for are counted, though no batch came before it", () => {
	const place = new Place();
	const { host, database } = place;
	const settings = { ...SETTINGS, ...OFF };
	const before = () =>
		new beforeJournal.GlobalRole(settings, database, host as never);
	place.global({}, OFF).register([["a"]], 0);
	expect(place.rows("journal")).toBe(1);
	before();
	const between = place.global({}, OFF);
	expect([place.rows("journal"), between.health.own().counters]).toEqual([
		0, 1,
	]);
	before().register([["b"]], 0);
	expect(place.global({}, OFF).health.own().counters).toBe(2);
});
