import type { Database } from "../object/database.ts";
import type { Entry, WriteEvent } from "../protocol.ts";

/** Keeps write events for `/global/writes`; `feature.ts` makes it. */
export interface WriteLog {
	/** Events kept; 0 is off. */
	readonly events: number;
	/** Opens the log on the global object's disk. */
	open(database: Database): Writes;
}

/** Write events on disk. */
export interface Writes {
	/** Adds an event; the oldest one makes room. */
	append(event: WriteToLog): void;
	/** Answers the events, newest first, up to a limit and as many as fit into a message. */
	events(limit?: number): WriteEvent[];
	/** Answers the same as JSON. */
	json(limit?: number): string;
}

/** Write event with all entries of its batch. */
export interface WriteToLog extends Omit<WriteEvent, "counters"> {
	entries: readonly Entry[];
}
