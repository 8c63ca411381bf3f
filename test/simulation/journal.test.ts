import { expect, test } from "vitest";
import { migrate } from "../../templates/runtime/object/migrations.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import { SHARD_SCHEMA } from "../../templates/runtime/shard/schema.ts";
import { ShardStorage } from "../../templates/runtime/shard/storage.ts";
import {
	addToBatch,
	emptyBatch,
} from "../../templates/runtime/shard/unflushed.ts";
import { Storage } from "./storage.ts";

const disk = () => new Storage(() => {});
const open = (storage: Storage) => {
	const database = storage.database(() => true);
	migrate(database, "shard", SHARD_SCHEMA);
	return new ShardStorage(database, 1_000, undefined);
};
const rowsOf = (storage: Storage) =>
	storage.rows("SELECT id FROM journal").length;

test("a batch that stays open for 5,000 commits keeps to a few rows", () => {
	const storage = disk();
	const journal = open(storage);
	const counts = emptyBatch(1, 1_000);
	let most = 0;
	for (let n = 0; n < 5_000; n++) {
		const entries: Entry[] = [[`counter-${n % 50}`, 1 + (n % 3)]];
		journal.append(counts, [{ entries: entries }], 1, false)();
		addToBatch(counts, { entries: entries }, 1, 1 + (n % 3));
		most = Math.max(most, rowsOf(storage));
	}
	expect(most).toBeLessThan(150);
	const [found] = open(storage).load();
	expect(found?.deltas).toEqual(counts.deltas);
	expect(found).toMatchObject({ seq: 1, since: 1_000, requests: 5_000 });
});

test("a batch of long names keeps to some thousand rows, too, however short they are", () => {
	const storage = disk();
	const journal = open(storage);
	const counts = emptyBatch(1, 1_000);
	const count = (entries: Entry[]) => {
		journal.append(counts, [{ entries: entries }], 1, false)();
		addToBatch(counts, { entries: entries }, 1, entries.length);
	};
	count(Array.from({ length: 5_000 }, (_, n) => [`${n}`.padEnd(250, "x"), 1]));
	for (let n = 0; n < 25_000; n++) count([["a", 1]]);
	expect(rowsOf(storage)).toBeLessThan(10_100);
	const [found] = open(storage).load();
	expect(found?.deltas.get("a")).toBe(25_000);
	expect(found?.requests).toBe(25_001);
});

test("rows of applied batches are written again, none is added", () => {
	const storage = disk();
	const journal = open(storage);
	for (let seq = 1; seq <= 100; seq++) {
		const counts = emptyBatch(seq, 1_000);
		journal.append(counts, [{ entries: [["a", 1]] }], 1, false)();
		journal.append(counts, [{ entries: [["b", 1]] }], 1, seq % 2 === 0)();
		journal.seal(seq);
		journal.drop(seq);
	}
	expect(rowsOf(storage)).toBe(2);
	expect(open(storage).load()).toMatchObject([{ seq: 100, requests: 2 }]);
	journal.settle(100);
	expect(open(storage).load()).toEqual([]);
});

test("a batch larger than a row comes back whole", () => {
	const storage = disk();
	const entries = Array.from(
		{ length: 10_000 },
		(_, n): Entry => [`${n}`.padEnd(256, "é"), n + 1],
	);
	open(storage).append(
		emptyBatch(1, 1_000),
		[{ entries: entries }],
		7,
		false,
	)();
	expect(rowsOf(storage)).toBeGreaterThan(1);
	const sizes = storage.rows<{ bytes: number }>(
		"SELECT LENGTH(CAST(entries AS BLOB)) AS bytes FROM journal",
	);
	for (const { bytes } of sizes) expect(bytes).toBeLessThan(2_000_000);
	const [found] = open(storage).load();
	expect([...(found?.deltas ?? [])]).toEqual(entries);
	expect(found?.requests).toBe(7);
});

test("rows of applied batches are written again after restarts, too", () => {
	const storage = disk();
	for (let seq = 1; seq <= 20; seq++) {
		const journal = open(storage);
		// The batch before is not known to be applied until this one has begun.
		const [before] = journal.load();
		const counts = emptyBatch(seq, 1_000);
		for (let n = 0; n < 3; n++)
			journal.append(counts, [{ entries: [["a", n]] }], 1, false)();
		if (before) journal.drop(before.seq);
		journal.seal(seq);
	}
	expect(rowsOf(storage)).toBe(6);
});

test("a batch of several rows takes those that are free, and no others", () => {
	const storage = disk();
	const journal = open(storage);
	const large = (seq: number): Entry[] =>
		Array.from({ length: 10_000 }, (_, n) => [`${n}`.padEnd(256, "x"), seq]);
	journal.append(emptyBatch(1, 1_000), [{ entries: large(1) }], 1, false)();
	const rows = rowsOf(storage);
	expect(rows).toBeGreaterThan(3);
	journal.seal(1);
	journal.drop(1);
	// One of the free rows is taken: one is missing.
	const counts = emptyBatch(2, 1_000);
	journal.append(counts, [{ entries: [["small", 7]] }], 1, false)();
	journal.append(counts, [{ entries: large(2) }], 1, false)();
	expect(rowsOf(storage)).toBe(rows + 1);
	const batches = open(storage).load();
	expect(batches.map(({ seq }) => seq)).toEqual([2]);
	expect([...(batches[0]?.deltas ?? [])].toSorted()).toEqual(
		[["small", 7], ...large(2)].toSorted(),
	);
});

test("the rows of a batch that is dropped twice are free once", () => {
	const storage = disk();
	const journal = open(storage);
	journal.append(emptyBatch(1, 1_000), [{ entries: [["a", 1]] }], 1, true)();
	journal.seal(1);
	journal.drop(1);
	journal.drop(1);
	const counts = emptyBatch(2, 1_000);
	for (const name of ["b", "c"]) {
		journal.append(counts, [{ entries: [[name, 1]] }], 1, false)();
		addToBatch(counts, { entries: [[name, 1]] }, 1, 1);
	}
	const [found] = open(storage).load().slice(-1);
	expect(found?.deltas).toEqual(counts.deltas);
});
