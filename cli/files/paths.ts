import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

/** Finds the way from a folder to a path, "/" separated; "." to itself. */
export function pathFrom(folder: string, path: string): string {
	return relative(folder, path).split(sep).join("/") || ".";
}

/** Shows an absolute path as the user would type it in `cwd`. */
export function shown({ cwd }: { cwd: string }, path: string): string {
	return pathFrom(cwd, path);
}

/** Follows the links of a path as far as it exists. */
export function realPath(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		const above = dirname(path);
		return above === path ? path : join(realPath(above), basename(path));
	}
}

/** Finds the configuration of wrangler in an output folder. */
export function wranglerConfig(outDir: string): string {
	return join(outDir, "wrangler.toml");
}
