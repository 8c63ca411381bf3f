import { expect, test } from "vitest";
import type { World } from "../../templates/runtime/alarm.ts";
import type { Database } from "../../templates/runtime/database.ts";
import { GlobalRole } from "../../templates/runtime/global.ts";
import { ShardRole } from "../../templates/runtime/shard.ts";
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

/** An object's surroundings: a disk that can be full, an alarm, a log. */
class Place {
	now = 1_000;
	isFull = false;
	alarm: number | undefined;
	readonly events: string[] = [];
	readonly database: Database;
	readonly world: World;

	constructor() {
		const disk = new Storage(() => {}).database(() => true);
		const exec = (query: string, ...values: unknown[]) => {
			if (this.isFull && /^\s*(INSERT|UPDATE|DELETE|REPLACE)/i.test(query))
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

test("a shard that cannot seal on a full disk waits, tells it, and goes on", async () => {
	const place = new Place();
	let applied = 0;
	const shard = new ShardRole(0, settings, place.database, {
		...place.world,
		commit: () => Promise.resolve(),
		apply: async ({ epoch, seq }) => {
			applied++;
			return { epoch, seq };
		},
		register: async (lists) => lists.map(() => []),
		claimAt: () => Promise.reject(new Error("there is no other shard")),
	});
	await shard.increment([["a", 1]]);
	place.now = LATER;
	place.isFull = true;
	await shard.alarm();
	expect(place.events).toContain("flush-failed");
	expect(place.alarm).toBeGreaterThanOrEqual(LATER + 250);
	place.isFull = false;
	place.now = Number(place.alarm);
	await shard.alarm();
	expect(applied).toBe(1);
	expect(place.events).toContain("flush-recovered");
});

test("a global object that cannot stage on a full disk waits, tells it, and goes on", async () => {
	const place = new Place();
	let puts = 0;
	const global = new GlobalRole(settings, place.database, {
		...place.world,
		drain: () => Promise.resolve(true),
		vitals: () => Promise.reject(new Error("not asked")),
		holdings: () => Promise.reject(new Error("not asked")),
		kv: {
			put: async () => {
				puts++;
			},
			delete: async () => {},
		},
		pageSize: 512 * 1024,
	});
	const batch = { version: 1, shard: 0, epoch: 1, seq: 1, entries: [] };
	global.apply({ ...batch, reason: "requestWrite", entries: [["a", 1]] });
	place.now = LATER;
	place.isFull = true;
	await global.alarm();
	expect(place.events).toContain("publish-failed");
	expect(place.alarm).toBeGreaterThanOrEqual(LATER + 1_000);
	place.isFull = false;
	place.now = Number(place.alarm);
	await global.alarm();
	expect(puts).toBe(1);
	expect(place.events).toContain("publish-recovered");
});
