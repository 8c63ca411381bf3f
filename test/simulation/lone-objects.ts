import {
	type GlobalHost,
	GlobalRole,
} from "../../templates/runtime/global/role.ts";
import type { Details, LogLevel } from "../../templates/runtime/log.ts";
import type { Database } from "../../templates/runtime/object/database.ts";
import type { Host } from "../../templates/runtime/object/host.ts";
import type { Batch, Entry } from "../../templates/runtime/protocol.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import {
	type ShardHost,
	ShardRole,
} from "../../templates/runtime/shard/role.ts";
import { writeLog } from "../../templates/runtime/write-log/feature.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");

/** One shard, and thresholds that a test reaches when it wants to. */
export const SETTINGS: CounterSettings = {
	...new Configurations(new Random(1), profile).next(),
	shardCount: 1,
	shardCounts: [1],
	reshardings: 0,
	shardMinRequestToGlobal: 100,
	shardWriteToGlobalAfter: 1_000,
	globalMinWritesToKV: 100,
	globalWriteToKVAfter: 5_000,
	kvPrefix: "metrics",
	writeLog: writeLog({ events: 10 }),
};

/** The epoch of a shard whose place has a random number of 0.5. */
export const EPOCH: number = 2 ** 52;

/** Waits that are no longer are over at once: KV's pace, a turn. */
const SHORT_MS = 1_000;

export interface Line {
	level: LogLevel;
	event: string;
	details: Details;
}

/** Statements that write rows. */
export const ANY_WRITE: RegExp = /^\s*(INSERT|UPDATE|DELETE|REPLACE)/i;

/** The surroundings of a lone object: clock, disk, alarm, log. */
export class Place {
	now = 1_000_000;
	/** Writes that the disk does not take. */
	refused: RegExp | undefined;
	/** True if transactions run to their end, and are rolled back there. */
	refusesCommits = false;
	random = 0.5;
	/** Moment that the alarm is set to. */
	alarm: number | undefined;
	readonly lines: Line[] = [];
	/** Statements that wrote something. */
	writes = 0;
	readonly storage = new Storage(() => this.writes++, {
		statement: (query) => this.refused?.test(query) ?? false,
		transaction: () => this.refusesCommits,
	});
	readonly database: Database = this.storage.database(() => true);
	readonly host: Host = {
		now: () => this.now,
		random: () => this.random,
		wait: (ms) => new Promise((resolve) => ms <= SHORT_MS && resolve()),
		setAlarm: (at) => {
			this.alarm = at;
		},
		log: (level, event, details) =>
			this.lines.push({
				level,
				event,
				details: typeof details === "function" ? details() : details,
			}),
	};

	/** Events of the log, oldest first. */
	get events(): string[] {
		return this.lines.map(({ event }) => event);
	}

	/** Counts the rows of a table. */
	rows(table: string): number {
		return this.storage.rows(`SELECT 1 FROM ${table}`).length;
	}

	/** Lists the lines of an event, without it. */
	logged(event: string): Omit<Line, "event">[] {
		return this.lines
			.filter((line) => line.event === event)
			.map(({ level, details }) => ({ level, details }));
	}

	/** Rings the alarm of an object: the platform has cleared it by then. */
	async ring(object: { alarm(): Promise<void> }): Promise<void> {
		this.alarm = undefined;
		await object.alarm();
	}

	/** Starts a shard on this disk, whose calls all succeed by default. */
	shard(
		surroundings: Partial<ShardHost> = {},
		settings: Partial<CounterSettings> = {},
		index = 0,
	): ShardRole {
		return new ShardRole(
			index,
			{ ...SETTINGS, ...settings },
			this.database,
			this.shardHost(surroundings),
		);
	}

	/** Surroundings of a shard. */
	shardHost(surroundings: Partial<ShardHost> = {}): ShardHost {
		return {
			...this.host,
			commit: () => Promise.resolve(),
			apply: async ({ epoch, seq }) => ({ epoch, seq }),
			register: async (lists) => lists.map(() => []),
			lend: () => Promise.reject(new Error("not asked")),
			claimAt: () => Promise.reject(new Error("there is no other shard")),
			...surroundings,
		};
	}

	/** Starts the global object on this disk, likewise. */
	global(
		surroundings: Partial<GlobalHost> = {},
		settings: Partial<CounterSettings> = {},
	): GlobalRole {
		return new GlobalRole(
			{ ...SETTINGS, ...settings },
			this.database,
			this.globalHost(surroundings),
		);
	}

	/** Surroundings of the global object. */
	globalHost(surroundings: Partial<GlobalHost> = {}): GlobalHost {
		return {
			...this.host,
			drain: () => Promise.resolve(true),
			health: () => Promise.reject(new Error("not asked")),
			meet: () => Promise.reject(new Error("not asked")),
			push: () => Promise.reject(new Error("not asked")),
			recall: () => Promise.reject(new Error("not asked")),
			holdings: () => Promise.reject(new Error("not asked")),
			kv: { put: async () => {}, delete: async () => {} },
			pageBytes: 512 * 1024,
			...surroundings,
		};
	}
}

/** Applies every batch once `seen` has had it. */
export function applying(seen: (batch: Batch) => void): ShardHost["apply"] {
	return async (batch) => {
		seen(batch);
		return { epoch: batch.epoch, seq: batch.seq };
	};
}

/** A KV that takes everything once `seen` has returned. */
export function kvTaking(seen: () => void): GlobalHost["kv"] {
	return { put: async () => seen(), delete: async () => {} };
}

/** A batch of shard 0 in its first epoch. */
export function batchOf(
	seq: number,
	entries: readonly Entry[] = [["a", 1]],
	change: Partial<Batch> = {},
): Batch {
	return {
		version: 1,
		shard: 0,
		epoch: 1,
		seq,
		reason: "requestWrite",
		requests: entries.length,
		entries,
		...change,
	};
}

/** Never answers. */
export function never<T>(): Promise<T> {
	return new Promise(() => {});
}
