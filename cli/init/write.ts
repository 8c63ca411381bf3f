import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { shown } from "../files/paths.ts";
import { systemFailure } from "../files/system-error.ts";
import { Transaction } from "../files/transaction.ts";
import { toLf } from "../generator/rendered.ts";
import { untouched } from "./untouched.ts";

export interface WriteOptions {
	/** Absolute path of the folder to write into; it need not exist. */
	dir: string;
	/** Start of the paths that a person sees. */
	cwd: string;
	/** Replaces files that `init` wrote and nobody edited since. */
	force: boolean;
}

/**
 * Writes the files of a new project, all or none.
 *
 * @throws CounterGenError `file-exists` for each that is in the way, or
 * `output-not-writable`
 */
export async function writeStarter(
	files: ReadonlyMap<string, string>,
	{ dir, cwd, force }: WriteOptions,
): Promise<void> {
	const transaction = new Transaction();
	try {
		const standing = await filesIn(dir, files.keys());
		const ours = force ? await untouched(standing) : new Set();
		const inTheWay = [...standing.keys()].filter((name) => !ours.has(name));
		if (inTheWay.length > 0)
			throw new CounterGenError(
				inTheWay.map((name) =>
					fileExists(shown({ cwd }, join(dir, name)), force),
				),
			);
		const steps: (() => Promise<void>)[] = [];
		for (const [name, text] of files)
			steps.push(await transaction.stage(join(dir, name), text));
		for (const step of steps) await step();
	} catch (error) {
		await transaction.rollback();
		throw failure(error, shown({ cwd }, dir));
	}
}

/**
 * Reads the files of `dir` that have these names; undefined for what is no
 * file.
 */
async function filesIn(
	dir: string,
	names: Iterable<string>,
): Promise<Map<string, string | undefined>> {
	const found = new Map<string, string | undefined>();
	for (const name of names) {
		const path = join(dir, name);
		const stats = await lstat(path).catch((error) => {
			if (error.code === "ENOENT") return undefined;
			throw error;
		});
		if (!stats) continue;
		const text = stats.isFile() ? await readFile(path, "utf8") : undefined;
		found.set(name, text && toLf(text));
	}
	return found;
}

function fileExists(file: string, force: boolean): Diagnostic {
	return {
		code: "file-exists",
		what: force
			? `${file} is in the way: it is not as init writes it.`
			: `${file} is in the way.`,
		why: "Nothing was written: init overwrites nothing of yours.",
		fix: force
			? "Move it away, or name another folder."
			: "Move it away, or name another folder. --force replaces files that init wrote and nobody edited.",
		where: { file },
	};
}

function failure(error: unknown, dir: string): unknown {
	return systemFailure(error, (reason) => ({
		code: "output-not-writable",
		what: `The files of a new project cannot be written into ${dir}: ${reason}.`,
		why: "Nothing was changed.",
		fix: "Change the permissions or clear what is in the way, or name another folder.",
		where: { file: dir },
	}));
}
