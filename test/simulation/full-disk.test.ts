import { expect, test } from "vitest";
import { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { World } from "../../templates/runtime/object/alarm.ts";
import type { Database } from "../../templates/runtime/object/database.ts";
import type { Batch } from "../../templates/runtime/protocol.ts";
import { ShardRole } from "../../templates/runtime/shard/role.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const settings = {
	...new Configurations(new Random(1), profile).next(),
	shardMinRequestToGlobal: 100,
	shardWriteToGlobalAfter: 1_000,
	globalMinWritesToKV: 100,
	globalWriteToKVAfter: 1_000,
};
/** Past both thresholds by time. */
const LATER = 100_000;

const ANY_WRITE = /^\s*(INSERT|UPDATE|DELETE|REPLACE)/i;

/** An object's surroundings: a disk that can be full, an alarm, a log. */
class Place {
	now = 1_000;
	/** What the disk does not take. */
	refused: RegExp | undefined;
	alarm: number | undefined;
	readonly events: string[] = [];
	readonly database: Database;
	readonly world: World;

	constructor() {
		const disk = new Storage(() => {}).database(() => true);
		const exec = (query: string, ...values: unknown[]) => {
			if (this.refused?.test(query))
				throw new Error("database or disk is full: SQLITE_FULL");
			return disk.sql.exec(query, ...values);
		};
		this.database = {
			sql: { exec },
			transactionSync: <T>(run: () => T) => disk.transactionSync(run),
		} as unknown as Database;
		this.world = {
			now: () => this.now,
			random: () => 0.5,
			wait: (ms) => new Promise((resolve) => ms <= 1_000 && resolve()),
			setAlarm: (at) => {
				this.alarm = at;
			},
			log: (_, event) => this.events.push(event),
		};
	}
}

/** A shard; `applied` is called for every batch that it flushes. */
function shardAt(place: Place, applied: () => void): ShardRole {
	return new ShardRole(0, settings, place.database, {
		...place.world,
		commit: () => Promise.resolve(),
		apply: async ({ epoch, seq }) => {
			applied();
			return { epoch, seq };
		},
		register: async (lists) => lists.map(() => []),
		claimAt: () => Promise.reject(new Error("there is no other shard")),
	});
}

test("a shard that cannot seal on a full disk waits, tells it, and goes on", async () => {
	const place = new Place();
	let applied = 0;
	const shard = shardAt(place, () => applied++);
	await shard.increment([["a", 1]]);
	place.now = LATER;
	place.refused = ANY_WRITE;
	await shard.alarm();
	expect(place.events).toContain("flush-failed");
	expect(place.alarm).toBeGreaterThanOrEqual(LATER + 250);
	place.refused = undefined;
	place.now = Number(place.alarm);
	await shard.alarm();
	expect(applied).toBe(1);
	expect(place.events).toContain("flush-recovered");
});

test("a shard that cannot note a name does not blame the global object", async () => {
	const place = new Place();
	const shard = shardAt(place, () => {});
	place.refused = /INTO known/;
	await expect(shard.increment([["a", 1]])).rejects.toThrow("full");
	expect(place.events).not.toContain("global-unreachable");
	place.refused = undefined;
	expect(await shard.increment([["a", 1]])).toMatchObject({ shard: 0 });
});

/** A global object; `put` is called whenever it puts something into KV. */
function globalAt(place: Place, put: () => void): GlobalRole {
	return new GlobalRole(settings, place.database, {
		...place.world,
		drain: () => Promise.resolve(true),
		vitals: () => Promise.reject(new Error("not asked")),
		holdings: () => Promise.reject(new Error("not asked")),
		kv: { put: async () => put(), delete: async () => {} },
		pageSize: 512 * 1024,
	});
}

function batch(seq: number): Batch {
	return {
		version: 1,
		shard: 0,
		epoch: 1,
		seq,
		reason: "requestWrite",
		requests: 1,
		entries: [["a", 1]],
	};
}

test("a global object that cannot stage on a full disk waits, tells it, and goes on", async () => {
	const place = new Place();
	let puts = 0;
	const global = globalAt(place, () => puts++);
	global.apply(batch(1));
	place.now = LATER;
	place.refused = ANY_WRITE;
	await global.alarm();
	expect(place.events).toContain("publish-failed");
	expect(place.alarm).toBeGreaterThanOrEqual(LATER + 1_000);
	place.refused = undefined;
	place.now = Number(place.alarm);
	await global.alarm();
	expect(puts).toBe(1);
	expect(place.events).toContain("publish-recovered");
});

test("totals go on, and to KV, where the disk takes no more of the log", async () => {
	const place = new Place();
	let puts = 0;
	const global = globalAt(place, () => puts++);
	place.refused = /INTO writes|UPDATE writes/;
	expect(() => global.apply(batch(1))).toThrow("full");
	// The shard sends it again.
	expect(global.apply(batch(1))).toEqual({ epoch: 1, seq: 1 });
	expect(global.total("a")).toMatchObject({ value: 1 });
	expect(place.alarm).toBeDefined();
	place.now = Number(place.alarm);
	await global.alarm();
	expect(puts).toBe(1);
});

test("KV is written to ever more rarely while the disk does not note it", async () => {
	const place = new Place();
	const puts: number[] = [];
	const global = globalAt(place, () => {
		puts.push(place.now);
		place.refused = ANY_WRITE;
	});
	global.apply(batch(1));
	while (puts.length < 8) {
		place.refused = undefined;
		place.now = Number(place.alarm);
		await global.alarm();
	}
	const waits = puts.slice(1).map((at, n) => at - (puts[n] ?? 0));
	expect(waits.at(-1)).toBeGreaterThan(20_000);
	expect(new Set(place.events)).toEqual(new Set(["publish-failed"]));
});
