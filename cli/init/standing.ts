import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Text by file name; undefined for a folder, a link and the like. */
export type Standing = ReadonlyMap<string, string | undefined>;

/** Reads the files of `dir` that have these names. */
export function standingFiles(dir: string, names: Iterable<string>): Standing {
	const found = new Map<string, string | undefined>();
	for (const name of names) {
		const path = join(dir, name);
		const stats = lstatSync(path, { throwIfNoEntry: false });
		if (stats)
			found.set(name, stats.isFile() ? readFileSync(path, "utf8") : undefined);
	}
	return found;
}
