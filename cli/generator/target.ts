import { dirname, join, relative, sep } from "node:path";

/** Where a run writes, and how it names paths to a person. */
export interface Target {
	/** Absolute path of the output folder; it need not exist. */
	outDir: string;
	/** Whether the user named it: only then may it be a link. */
	outNamed?: boolean;
	/** Absolute path of `counters.lock.json`. */
	lockFile: string;
	/** Absolute path of the directory that shown paths start from. */
	cwd: string;
}

function pathFrom(base: string, path: string): string {
	return relative(base, path).split(sep).join("/") || ".";
}

/** The output folder as the lock names it: relative to the lock, "/" separated. */
export function outputKey({ outDir, lockFile }: Target): string {
	return pathFrom(dirname(lockFile), outDir);
}

/** An absolute path as the user would type it. */
export function shown({ cwd }: Pick<Target, "cwd">, path: string): string {
	return pathFrom(cwd, path);
}

/** A path in the output folder as the user would type it. */
export function shownOutput(target: Target, path: string): string {
	return shown(target, join(target.outDir, path));
}
