import { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { Database } from "../../templates/runtime/object/database.ts";
import type { Host } from "../../templates/runtime/object/host.ts";
import type { Batch } from "../../templates/runtime/protocol.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import {
	type ShardHost,
	ShardRole,
} from "../../templates/runtime/shard/role.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
/** One shard, and thresholds that only time reaches. */
export const settings: CounterSettings = {
	...new Configurations(new Random(1), profile).next(),
	shardMinRequestToGlobal: 100,
	shardWriteToGlobalAfter: 1_000,
	globalMinWritesToKV: 100,
	shardCount: 1,
	shardCounts: [1],
	globalWriteToKVAfter: 1_000,
};
/** Statements that write rows. */
export const ANY_WRITE: RegExp = /^\s*(INSERT|UPDATE|DELETE|REPLACE)/i;

/** An object's surroundings: a disk that can be full, an alarm, a log. */
export class Place {
	now = 1_000;
	/** What the disk does not take. */
	refused: RegExp | undefined;
	/** Transactions run to their end, and are rolled back there. */
	refusesCommits = false;
	alarm: number | undefined;
	readonly events: string[] = [];
	readonly database: Database;
	readonly host: Host;
	readonly #storage = new Storage(() => {});

	constructor() {
		const disk = this.#storage.database(() => true);
		const exec = (query: string, ...values: unknown[]) => {
			if (this.refused?.test(query)) throw full();
			return disk.sql.exec(query, ...values);
		};
		this.database = {
			sql: { exec },
			transactionSync: <T>(run: () => T) =>
				disk.transactionSync(() => {
					const result = run();
					if (this.refusesCommits) throw full();
					return result;
				}),
		} as unknown as Database;
		this.host = {
			now: () => this.now,
			random: () => 0.5,
			wait: (ms) => new Promise((resolve) => ms <= 1_000 && resolve()),
			setAlarm: (at) => {
				this.alarm = at;
			},
			log: (_, event) => this.events.push(event),
		};
	}

	/** How many rows a table has. */
	rows(table: string): number {
		return this.#storage.rows(`SELECT 1 FROM ${table}`).length;
	}
}

/** A shard; `applied` is called with every batch that it flushes. */
export function shardAt(
	place: Place,
	applied: (batch: Batch) => void = () => {},
	host: Partial<ShardHost> = {},
): ShardRole {
	return new ShardRole(0, settings, place.database, {
		...place.host,
		commit: () => Promise.resolve(),
		apply: async (batch) => {
			applied(batch);
			return { epoch: batch.epoch, seq: batch.seq };
		},
		register: async (lists) => lists.map(() => []),
		claimAt: () => Promise.reject(new Error("there is no other shard")),
		...host,
	});
}

/** A global object; `put` is called whenever it puts something into KV. */
export function globalAt(place: Place, put: () => void): GlobalRole {
	return new GlobalRole(settings, place.database, {
		...place.host,
		drain: () => Promise.resolve(true),
		health: () => Promise.reject(new Error("not asked")),
		holdings: () => Promise.reject(new Error("not asked")),
		kv: { put: async () => put(), delete: async () => {} },
		pageBytes: 512 * 1024,
	});
}

/** A batch of shard 0 that raises a counter by 1. */
export function batch(seq: number): Batch {
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

function full(): Error {
	return new Error("database or disk is full: SQLITE_FULL");
}
