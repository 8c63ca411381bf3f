import { link, lstat, open } from "node:fs/promises";
import { resolve } from "node:path";
import type { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { removeAfter } from "../files/remove-after.ts";
import { reason, systemFailure } from "../files/system-error.ts";
import { temporaryFor } from "../files/temporary.ts";
import type { Io } from "../io.ts";

/** Takes text; resolves when it may have more. */
export type Write = (text: string) => Promise<void>;

/**
 * Makes a writer to stdout that waits until it takes more. Rejects when
 * `signal` is aborted.
 *
 * @throws CounterGenError `output-not-writable`
 */
export function stdoutWriter(stdout: Writable, signal: AbortSignal): Write {
	return async (text) => {
		signal.throwIfAborted();
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		const stop = () => reject(signal.reason);
		signal.addEventListener("abort", stop);
		stdout.write(text, (error) => (error ? reject(error) : resolve()));
		try {
			await promise;
		} catch (error) {
			// A closed pipe that interrupts the program is reported first.
			await turn();
			if (signal.aborted) throw error;
			throw new CounterGenError(notWritable(reason(error), "stdout"));
		} finally {
			signal.removeEventListener("abort", stop);
		}
	};
}

/**
 * Has `work` write a new file. It appears under its name when it is whole, and
 * not at all if `work` fails; until then it stands beside it, hidden.
 *
 * @throws CounterGenError `file-exists` if there is one, `output-not-writable`
 */
export async function newFile<Result>(
	file: string,
	{ cwd }: Pick<Io, "cwd">,
	work: (write: Write) => Promise<Result>,
): Promise<Result> {
	const path = resolve(cwd, file);
	if (await lstat(path).catch(() => undefined))
		throw new CounterGenError(exists(file));
	const temporary = temporaryFor(path);
	return removeAfter(temporary, async () => {
		try {
			const handle = await open(temporary, "wx");
			let result: Result;
			try {
				result = await work((text) => handle.writeFile(text));
				await handle.sync();
			} finally {
				await handle.close();
			}
			// Not a rename, which would replace a file that came meanwhile.
			await link(temporary, path);
			return result;
		} catch (error) {
			throw failure(error, file);
		}
	});
}

function exists(file: string): Diagnostic {
	return {
		code: "file-exists",
		what: `${file} is in the way.`,
		why: "Nothing was written: export overwrites nothing.",
		fix: "Move it away, or name another file.",
		where: { file },
	};
}

function failure(error: unknown, file: string): unknown {
	return systemFailure(error, (reason, code) =>
		code === "EEXIST" ? exists(file) : notWritable(reason, file),
	);
}

function notWritable(reason: string, file: string): Diagnostic {
	return {
		code: "output-not-writable",
		what: `${file} cannot be written: ${reason}.`,
		why: "The export is not whole; --out leaves no file then.",
		fix: "Change the permissions or clear what is in the way, or name another file.",
		where: { file },
	};
}
