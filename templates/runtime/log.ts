/** How much a line of the log matters, the least first. */
export const LEVELS = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof LEVELS)[number];

/**
 * What a line says besides its event. Names of counters only at debug; tokens,
 * idempotency keys and addresses never.
 */
export type Details = Record<string, unknown>;

/** What a line may be about: docs/operations.md says what each means. */
export type LogEvent =
	| "counted"
	| "delete-failed"
	| "epoch-started"
	| "flush-failed"
	| "flush-recovered"
	| "flushed"
	| "global-unreachable"
	| "imported"
	| "publish-failed"
	| "publish-recovered"
	| "kv-unreachable"
	| "published"
	| "request-failed"
	| "requests-refused"
	| "reset"
	| "shard-full"
	| "shard-started-over"
	| "shard-unreachable"
	| "storage-full";

/**
 * Writes one line of JSON, unless its level is below the threshold: then a
 * function that makes details is not even called.
 */
export type Log = (
	level: LogLevel,
	event: LogEvent,
	details: Details | (() => Details),
) => void;

/**
 * A log of lines from `threshold` up.
 *
 * @param origin what each line says: the namespace, the object
 */
export function logger(threshold: LogLevel, origin: Details): Log {
	const written = new Set(LEVELS.slice(LEVELS.indexOf(threshold)));
	return (level, event, details) => {
		if (!written.has(level)) return;
		const said = typeof details === "function" ? details() : details;
		const time = new Date().toISOString();
		console[level](JSON.stringify({ time, level, event, ...origin, ...said }));
	};
}

/**
 * An error as a line may hold it. What a parser says quotes the text that it
 * could not read, and that may hold names of counters.
 */
export function errorText(error: unknown): string {
	return error instanceof SyntaxError ? error.name : String(error);
}
