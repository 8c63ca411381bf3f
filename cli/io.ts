import { createWriteStream, fstatSync } from "node:fs";
import type { Readable, Writable } from "node:stream";

/** Surroundings of a command; tests pass their own. */
export interface Io {
	/** Directory that relative paths start from. */
	cwd: string;
	env: Readonly<Record<string, string | undefined>>;
	stdin: Readable & { isTTY?: boolean };
	stdout: Writable;
	stderr: Writable;
	/** Aborted on Ctrl-C, SIGTERM and SIGHUP. */
	signal: AbortSignal;
}

/**
 * Opens a standard output that takes all or fails. Into a file, Node's own
 * writes once, and hides what a full disk left out.
 */
export function standardOutput(): Writable {
	return fstatSync(1).isFile()
		? createWriteStream("", { fd: 1, autoClose: false })
		: process.stdout;
}
