import { isUtf8 } from "node:buffer";
import { lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { join, posix } from "node:path";
import { toLf } from "./rendered.ts";
import type { Target } from "./target.ts";
import { outputFailure } from "./target.ts";

/** A path of the output folder, as it is on disk. */
export type Found =
	| { kind: "missing" }
	/** `text` has LF line endings; of a `binary` file it is only an idea. */
	| { kind: "file"; text: string; binary: boolean }
	/** Something else stands at `path`, perhaps a folder above. */
	| { kind: "obstacle"; path: string; wanted: "file" | "folder" };

/**
 * Looks at the output folder: at each folder once, and synchronously, which for
 * many small files is several times faster.
 */
export class Disk {
	readonly #target: Target;
	readonly #folders = new Map<string, Found | "usable">();

	constructor(target: Target) {
		this.#target = target;
	}

	/**
	 * Looks at `path` in the output folder. Symbolic links below that folder
	 * count as obstacles: writing through one could leave it. So does a link in
	 * place of the folder itself, unless the user named it.
	 *
	 * @throws CounterGenError `output-not-readable`
	 */
	inspect(path: string): Found {
		const folder = this.#folder(posix.dirname(path));
		if (folder !== "usable") return folder;
		const stats = this.#look(path);
		if (stats === undefined) return { kind: "missing" };
		if (stats === "blocked" || !stats.isFile())
			return { kind: "obstacle", path, wanted: "file" };
		const file = join(this.#target.outDir, path);
		try {
			const bytes = readFileSync(file);
			const binary = !isUtf8(bytes) || bytes.includes(0);
			return { kind: "file", text: toLf(bytes.toString("utf8")), binary };
		} catch (error) {
			throw outputFailure(error, "read", this.#target, file);
		}
	}

	/**
	 * Tells if files can stand in a folder; if not, returns the find for all of
	 * them.
	 */
	#folder(path: string): Found | "usable" {
		let found = this.#folders.get(path);
		if (found === undefined) {
			const above = path === "." ? "usable" : this.#folder(posix.dirname(path));
			found = above === "usable" ? this.#asFolder(path) : above;
			this.#folders.set(path, found);
		}
		return found;
	}

	#asFolder(path: string): Found | "usable" {
		const stats = this.#look(path);
		if (stats === undefined) return { kind: "missing" };
		return stats !== "blocked" && stats.isDirectory()
			? "usable"
			: { kind: "obstacle", path, wanted: "folder" };
	}

	#look(path: string): Stats | "blocked" | undefined {
		const at = join(this.#target.outDir, path);
		try {
			const stats = lstatSync(at);
			const follow =
				path === "." && this.#target.outNamed && stats.isSymbolicLink();
			// One that leads nowhere stays what it is.
			return follow
				? (statSync(at, { throwIfNoEntry: false }) ?? stats)
				: stats;
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === "ENOENT") return undefined;
			// A file stands where a folder above the output folder should be.
			if (code === "ENOTDIR") return "blocked";
			throw outputFailure(error, "read", this.#target, at);
		}
	}
}
