import { expect, test } from "vitest";
import type { Entry } from "../../templates/runtime/protocol.ts";
import type { Writes } from "../../templates/runtime/write-log/contract.ts";
import { writeLog } from "../../templates/runtime/write-log/feature.ts";
import { globalWith } from "./lone-global.ts";
import { Storage } from "./storage.ts";

/** A log of so many events, each with counters of so many characters. */
function filled(events: number, characters: number): Writes {
	const log = writeLog({ events: 1_000 }).open(
		new Storage(() => {}).database(() => true),
	);
	for (let timestamp = 1; timestamp <= events; timestamp++)
		log.append({
			cmd: "writeToGlobal",
			event: "requestWrite",
			shardName: "shard0",
			entries: [["n".repeat(characters), 1]],
			timestamp,
		});
	return log;
}

test("the write log answers its newest events, as many as fit into a message", () => {
	const events = filled(500, 30_000).events();
	expect(events[0]?.timestamp).toBe(500);
	expect(events.length).toBeGreaterThan(100);
	expect(JSON.stringify(events).length).toBeLessThan(5_000_000);
	expect(events.map(({ timestamp }) => timestamp)).toEqual(
		events.map((_, n) => 500 - n),
	);
});

test("the write log answers all of its events where these are small", () => {
	expect(filled(500, 100).events()).toHaveLength(500);
});

test("an event names as many counters as a row of the log may have", () => {
	const global = globalWith({});
	const names = Array.from({ length: 2_000 }, (_, n) =>
		`${n}`.padEnd(200, "x"),
	);
	const batch = { version: 1, shard: 0, epoch: 1, seq: 1, requests: 1 };
	const few = names.map((name): Entry => [name.slice(0, 5), 1]);
	const many = names.map((name): Entry => [name, 1]);
	global.apply({ ...batch, reason: "requestWrite", entries: few });
	global.apply({ ...batch, seq: 2, reason: "requestWrite", entries: many });
	const [long, short] = global
		.writes()
		.map(({ counters }) => Object.keys(counters).length);
	expect([short, long]).toEqual([1_000, 160]);
});
