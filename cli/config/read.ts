import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { CounterGenError } from "../errors.ts";
import type { ConfigProblem } from "./problem.ts";

const MAX_FILE_BYTES = 1024 * 1024;

/** The smallest file that works, shown to those who have none. */
export const minimalExample: string = `    version: 1
    namespaces:
      visits: {}`;

/**
 * Reads the text of `file`, a path relative to `cwd`, without a byte order mark.
 * Fails if there is no such regular file, or it is past 1 MiB or not UTF-8.
 */
export function readConfigFile(file: string, cwd: string): string {
	const bytes = readBytes(file, resolve(cwd, file));
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw refusal(file, {
			code: "not-utf8",
			what: `${file} is not UTF-8 text`,
			fix: "save it in the encoding UTF-8",
		});
	}
}

function readBytes(file: string, path: string): Buffer {
	try {
		// Looked at before it is opened: opening a pipe could wait for ever.
		const found = statSync(path);
		if (!found.isFile())
			throw refusal(file, {
				code: "not-a-file",
				what: `${file} is ${found.isDirectory() ? "a directory" : "not a regular file"}`,
				fix: "name the file itself with --config",
			});
		if (found.size > MAX_FILE_BYTES)
			throw refusal(file, {
				code: "file-too-large",
				what: `${file} holds ${found.size.toLocaleString("en")} bytes; a configuration may hold ${MAX_FILE_BYTES.toLocaleString("en")}`,
				fix: "name the right file with --config",
			});
		return readFileSync(path);
	} catch (error) {
		if (error instanceof CounterGenError) throw error;
		throw unreadable(file, error as NodeJS.ErrnoException);
	}
}

function unreadable(
	file: string,
	{ code, message }: NodeJS.ErrnoException,
): CounterGenError {
	if (code === "ENOENT" || code === "ENOTDIR")
		return refusal(file, {
			code: "file-not-found",
			what: `there is no file ${file}`,
			fix: `name it with --config, or start one:\n\n${minimalExample}\n`,
		});
	const denied = code === "EACCES";
	return refusal(file, {
		code: "file-unreadable",
		what: `${file} cannot be read: ${denied ? "you may not read it" : message}`,
		fix: denied
			? "change its permissions, or those of a folder above it"
			: "name another file with --config",
	});
}

function refusal(file: string, problem: ConfigProblem): CounterGenError {
	return new CounterGenError({ ...problem, where: { file } });
}
