import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Target } from "../generator/target.ts";

const pattern = /^\.(.+)\.[0-9a-f]{12}\.tmp$/s;

/** A new name beside `path`, which git ignores in the output folder. */
export function temporaryFor(path: string): string {
	const random = randomBytes(6).toString("hex");
	return join(dirname(path), `.${basename(path)}.${random}.tmp`);
}

/**
 * Absolute paths of the temporary files that runs left which were killed: of
 * the lock, and of `paths` in the output folder. Links are not followed.
 */
export async function leftovers(
	{ outDir, lockFile }: Target,
	paths: Iterable<string>,
): Promise<string[]> {
	const found: string[] = [];
	const search = async (dir: string, names: Names): Promise<void> => {
		// What cannot be read is no reason to fail: nothing depends on it.
		const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
		for (const entry of entries) {
			const [, of = ""] = pattern.exec(entry.name) ?? [];
			const path = join(dir, entry.name);
			const folder = names.get(entry.name);
			if (entry.isFile() && names.has(of)) found.push(path);
			if (entry.isDirectory() && folder) await search(path, folder);
		}
	};
	await search(dirname(lockFile), tree([basename(lockFile)]));
	await search(outDir, tree(paths));
	return found;
}

/** What may stand in a folder, each name with what may stand below it. */
type Names = Map<string, Names>;

function tree(paths: Iterable<string>): Names {
	const root: Names = new Map();
	for (const path of paths) {
		let at = root;
		for (const step of path.split("/")) {
			const below = at.get(step) ?? new Map();
			at.set(step, below);
			at = below;
		}
	}
	return root;
}
