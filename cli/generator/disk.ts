import { isUtf8 } from "node:buffer";
import type { Stats } from "node:fs";
import { lstat, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { outputFailure } from "./failure.ts";
import { toLf } from "./rendered.ts";
import type { Target } from "./target.ts";

/** What stands on disk at a path of the output folder. */
export type Found =
	| { kind: "missing" }
	/** `text` has LF line endings; of a `binary` file it is only an idea. */
	| { kind: "file"; text: string; binary: boolean }
	/** Something else stands at `path`, which may be a folder above. */
	| { kind: "obstacle"; path: string; wanted: "file" | "folder" };

/**
 * Looks at `path` in the output folder. Symbolic links below that folder count
 * as obstacles: writing through one could leave it. So does a link in place of
 * the folder itself, unless the user named it.
 *
 * @throws CounterGenError `output-not-readable`
 */
export async function inspect(target: Target, path: string): Promise<Found> {
	const steps = path.split("/");
	for (let depth = 0; depth <= steps.length; depth++) {
		const at = steps.slice(0, depth).join("/") || ".";
		const stats = await look(target, at);
		if (stats === undefined) return { kind: "missing" };
		const wanted = depth === steps.length ? "file" : "folder";
		const fits =
			stats !== "blocked" &&
			(wanted === "file" ? stats.isFile() : stats.isDirectory());
		if (!fits) return { kind: "obstacle", path: at, wanted };
	}
	const file = join(target.outDir, path);
	try {
		const bytes = await readFile(file);
		const binary = !isUtf8(bytes) || bytes.includes(0);
		return { kind: "file", text: toLf(bytes.toString("utf8")), binary };
	} catch (error) {
		throw outputFailure(error, "read", target, file);
	}
}

async function look(
	target: Target,
	path: string,
): Promise<Stats | "blocked" | undefined> {
	const at = join(target.outDir, path);
	try {
		const stats = await lstat(at);
		const follow = path === "." && target.outNamed && stats.isSymbolicLink();
		// One that leads nowhere stays what it is.
		return follow ? await stat(at).catch(() => stats) : stats;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ENOENT") return undefined;
		// A file stands where a folder above the output folder should be.
		if (code === "ENOTDIR") return "blocked";
		throw outputFailure(error, "read", target, at);
	}
}
