import { createWriteStream, fstatSync } from "node:fs";
import type { Writable } from "node:stream";

/**
 * Standard output, which takes all or fails. Where a file is behind it, Node's
 * own writes once, and does not tell what a full disk left out.
 */
export function standardOutput(): Writable {
	return fstatSync(1).isFile()
		? createWriteStream("", { fd: 1, autoClose: false })
		: process.stdout;
}
