import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { CounterGenError } from "../errors.ts";
import { systemFailure } from "../files/system-error.ts";
import type { Io } from "../io.ts";
import { type Counters, readCounters } from "./counters.ts";

/**
 * Reads and checks a file of counters, or all of stdin.
 *
 * @throws CounterGenError as `readCounters` does, or if it cannot be read
 */
export async function readSource(
	file: string | undefined,
	{ cwd, stdin, signal }: Pick<Io, "cwd" | "stdin" | "signal">,
): Promise<Counters> {
	if (file === undefined && stdin.isTTY)
		throw new CounterGenError({
			code: "bad-option",
			what: "there is nothing to import: no FILE is named, and stdin is a terminal",
			fix: "name a file, or pipe one in",
		});
	const stream =
		file === undefined ? stdin : createReadStream(resolve(cwd, file));
	try {
		return await readCounters(
			addAbortSignal(signal, stream),
			file ?? "(stdin)",
		);
	} catch (error) {
		throw failure(error, file ?? "stdin");
	}
}

function failure(error: unknown, file: string): unknown {
	return systemFailure(error, (reason, code) => ({
		code:
			code === "ENOENT"
				? "file-not-found"
				: code === "EISDIR"
					? "not-a-file"
					: "file-unreadable",
		what: `${file} cannot be read: ${reason}`,
		where: { file },
	}));
}
