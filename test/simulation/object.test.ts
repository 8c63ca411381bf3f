import { expect, test } from "vitest";
import { AttemptLog } from "../../templates/runtime/object/attempt-log.ts";
import { backoff } from "../../templates/runtime/object/backoff.ts";
import { jsonTexts } from "../../templates/runtime/object/database.ts";
import { withDeadline } from "../../templates/runtime/object/deadline.ts";
import { migrate } from "../../templates/runtime/object/migrations.ts";
import { SHARD_SCHEMA } from "../../templates/runtime/shard/schema.ts";
import { never, Place } from "./lone-objects.ts";

test("waits double from half a second to a minute, half of them random", () => {
	const waits = (random: number) =>
		[1, 2, 3, 7, 8, 9, 100].map((failures) => backoff(failures, random));
	const full = [500, 1_000, 2_000, 32_000, 60_000, 60_000, 60_000];
	expect(waits(0)).toEqual(full.map((ms) => ms / 2));
	expect(waits(1)).toEqual(full);
	expect(waits(0.5)).toEqual(full.map((ms) => ms * 0.75));
});

test("a call that is never answered is given up", async () => {
	const waits: number[] = [];
	const host = {
		wait: async (ms: number) => {
			waits.push(ms);
		},
	};
	await expect(withDeadline(host, never(), 5)).rejects.toThrow(
		"no answer within 5 ms",
	);
	await expect(withDeadline(host, never())).rejects.toThrow("10000 ms");
	expect(waits).toEqual([5, 10_000]);
});

test("nothing is waited for any more once a call has settled", async () => {
	const signals: (AbortSignal | undefined)[] = [];
	const host = {
		wait: (_: number, signal?: AbortSignal) => {
			signals.push(signal);
			return never<void>();
		},
	};
	expect(await withDeadline(host, Promise.resolve(7))).toBe(7);
	const failed = Promise.reject(new Error("no"));
	await expect(withDeadline(host, failed)).rejects.toThrow("no");
	expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
});

test("a success costs no row unless the one before failed", () => {
	const place = new Place();
	migrate(place.database, "shard", SHARD_SCHEMA);
	const attempts = new AttemptLog("flush", place.database, place.host);
	const { writes } = place;
	attempts.succeeded();
	expect(place.writes).toBe(writes);
	expect(place.lines).toEqual([]);
	attempts.failed(new Error("no"), 5);
	attempts.succeeded();
	expect(place.writes).toBe(writes + 2);
	attempts.succeeded();
	expect(place.writes).toBe(writes + 2);
});

test("a failure is told of where the disk takes no row for it", () => {
	const place = new Place();
	migrate(place.database, "shard", SHARD_SCHEMA);
	const attempts = new AttemptLog("flush", place.database, place.host);
	place.database.sql.exec("DROP TABLE failures");
	attempts.failed(new Error("no"), 5, { seq: 1 });
	expect(place.logged("flush-failed")).toMatchObject([
		{ level: "warn", details: { seq: 1, retryInMs: 5, error: "Error: no" } },
	]);
});

test("items are one text, or as many as fit into a statement each", () => {
	expect(jsonTexts([])).toEqual([]);
	expect(jsonTexts(["a", 1])).toEqual(['["a",1]']);
	// Two quotes, two brackets: 600,000 characters in all.
	const most = "x".repeat(600_000 - 4);
	expect(jsonTexts([most])).toHaveLength(1);
	const half = "x".repeat(300_000 - 3);
	expect(jsonTexts([half, half.slice(1)])).toHaveLength(1);
	expect(jsonTexts([half, half])).toHaveLength(2);
	// One that is too large by itself is left to the disk to refuse.
	expect(jsonTexts([`${most}x`])).toHaveLength(1);
	const items = Array.from({ length: 7 }, (_, n) => `${n}`.repeat(200_000));
	const texts = jsonTexts(items);
	expect(texts.flatMap((text) => JSON.parse(text))).toEqual(items);
	for (const text of texts) expect(text.length).toBeLessThanOrEqual(600_000);
});
