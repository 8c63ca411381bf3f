/** Levels of a line in the log, the least important first. */
export const LEVELS = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof LEVELS)[number];

/**
 * Fields of a line besides its event. Names of counters only at debug; tokens,
 * idempotency keys and addresses never.
 */
export type Details = Record<string, unknown>;

/** Events that a line may be about; docs/metrics.md explains each. */
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
	| "push-failed"
	| "kv-unreachable"
	| "message-refused"
	| "object-failed"
	| "published"
	| "request-failed"
	| "requests-refused"
	| "reset"
	| "shard-full"
	| "shard-started-over"
	| "shard-unreachable"
	| "storage-full"
	| "watch-failed";

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
 * Makes a log that writes lines from `threshold` up.
 *
 * @param origin fields of every line: the namespace, the object
 */
export function logger(threshold: LogLevel, origin: Details): Log {
	const written = new Set(LEVELS.slice(LEVELS.indexOf(threshold)));
	return (level, event, details) => {
		if (!written.has(level)) return;
		const shown = typeof details === "function" ? details() : details;
		const time = new Date().toISOString();
		console[level](JSON.stringify({ time, level, event, ...origin, ...shown }));
	};
}

/** Describes an error that nobody expected, under an id of its own, a URN. */
export function unexpected(error: unknown): Details & { instance: string } {
	const { stack } = error as Partial<Error>;
	return {
		instance: `urn:uuid:${crypto.randomUUID()}`,
		error: errorText(error),
		stack: stack?.replace(String(error), () => errorText(error)),
	};
}

/**
 * Writes an error as a line may hold it. A parser quotes the text that it could
 * not read, and that may hold names of counters: of these only the kind is said.
 */
export function errorText(error: unknown): string {
	return error instanceof SyntaxError ? error.name : String(error);
}
