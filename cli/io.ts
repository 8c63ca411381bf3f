import type { Readable, Writable } from "node:stream";

/** All of the outside world that a command sees; tests pass their own. */
export interface Io {
	/** What the user types to call this program, for use in advice. */
	program: string;
	/** Directory that relative paths start from. */
	cwd: string;
	env: Readonly<Record<string, string | undefined>>;
	stdin: Readable & { isTTY?: boolean };
	stdout: Writable;
	stderr: Writable;
	/** Aborted on Ctrl-C, SIGTERM and SIGHUP. */
	signal: AbortSignal;
}
