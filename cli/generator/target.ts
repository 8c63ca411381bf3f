import { dirname, join } from "node:path";
import { pathFrom, shown } from "../files/paths.ts";
import { fixFor, systemFailure } from "../files/system-error.ts";
import { counterGen } from "../ui/invocation.ts";

/** Place that a run writes to, and the start of paths that a person sees. */
export interface Target {
	/** Absolute path of the output folder; it need not exist. */
	outDir: string;
	/** Set if the user named it: only then may it be a link. */
	outNamed?: boolean;
	/** Absolute path of `counters.lock.json`. */
	lockFile: string;
	/** Absolute path of the directory that shown paths start from. */
	cwd: string;
}

/**
 * Names the output folder as the lock does: relative to the lock, "/"
 * separated.
 */
export function outputKey({ outDir, lockFile }: Target): string {
	return pathFrom(dirname(lockFile), outDir);
}

/** Shows a path of the output folder as the user would type it. */
export function shownOutput(target: Target, path: string): string {
	return shown(target, join(target.outDir, path));
}

/**
 * Makes a failure to throw when the system refused to read or write `path`.
 * Returns anything but a system error as it is: it is a bug.
 */
export function outputFailure(
	error: unknown,
	verb: "read" | "written",
	target: Target,
	path: string,
): unknown {
	const file = shown(target, path);
	return systemFailure(error, (reason, code) => ({
		code: verb === "read" ? "output-not-readable" : "output-not-writable",
		what: `${file} cannot be ${verb}: ${reason}.`,
		why: "Nothing was changed.",
		fix: fixFor(code, {
			elsewhere: "choose another folder with --out",
			again: counterGen("generate"),
		}),
		where: { file },
	}));
}
