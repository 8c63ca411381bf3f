import type { Database } from "../object/database.ts";
import { type Entry, toRecord, type WriteEvent } from "../protocol.ts";
import type { Writes, WriteToLog } from "./contract.ts";

/**
 * Most characters of counters that one reading of the log answers: it travels in
 * one message, which may have 32 MiB, and an object has 128 MB of memory.
 */
const MAX_READ_CHARACTERS = 4_000_000;

/** Most counters that a write event names … */
const MAX_EVENT_NAMES = 1_000;

/** … and most characters of these: there may be 100,000 events, and 10 GB for all. */
const MAX_EVENT_CHARACTERS = 32_000;

/** Keeps write events in a ring of so many, a row each. */
export class LogStorage implements Writes {
	readonly #sql: SqlStorage;
	readonly #limit: number;

	/** @param limit events to keep */
	constructor({ sql }: Database, limit: number) {
		this.#sql = sql;
		this.#limit = limit;
		// Drops the oldest events: the limit may have been higher.
		sql.exec(
			"DELETE FROM writes WHERE id <= (SELECT MAX(id) FROM writes) - ?",
			limit,
		);
	}

	/** Takes the row of the oldest event, if the ring is full. */
	append({ cmd, event, shardName, entries, timestamp }: WriteToLog): void {
		const counters = JSON.stringify(toRecord(logged(entries)));
		const values = [cmd, event, shardName, counters, timestamp];
		const { rowsWritten } = this.#sql.exec(
			`UPDATE writes SET id = id + ?1,
				cmd = ?2, event = ?3, shardName = ?4, counters = ?5, timestamp = ?6
			WHERE id = (SELECT MAX(id) FROM writes) + 1 - ?1`,
			this.#limit,
			...values,
		);
		if (rowsWritten === 0)
			this.#sql.exec(
				"INSERT INTO writes (cmd, event, shardName, counters, timestamp) VALUES (?, ?, ?, ?, ?)",
				...values,
			);
	}

	events(limit?: number): WriteEvent[] {
		return JSON.parse(this.json(limit));
	}

	/** Counters are JSON on disk, and go into it as they are. */
	json(limit: number = this.#limit): string {
		const events: string[] = [];
		let read = 0;
		for (const { counters, timestamp, ...event } of this.#sql.exec<{
			[Key in keyof WriteEvent]: string | number;
		}>(
			"SELECT cmd, event, shardName, counters, timestamp FROM writes ORDER BY id DESC LIMIT ?",
			limit,
		)) {
			read += String(counters).length;
			if (read > MAX_READ_CHARACTERS) break;
			events.push(
				`${JSON.stringify(event).slice(0, -1)},"counters":${counters},"timestamp":${timestamp}}`,
			);
		}
		return `[${events.join()}]`;
	}
}

/** Takes the first entries of a batch, as many as a write event may name. */
function logged(entries: readonly Entry[]): Entry[] {
	let size = 0;
	return entries.slice(0, MAX_EVENT_NAMES).filter(([name]) => {
		size += name.length;
		return size <= MAX_EVENT_CHARACTERS;
	});
}
