import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const pattern = /^\.(.+)\.[0-9a-f]{12}\.tmp$/s;

/** Makes up a name beside `path`, which git ignores in the output folder. */
export function temporaryFor(path: string): string {
	const random = randomBytes(6).toString("hex");
	return join(dirname(path), `.${basename(path)}.${random}.tmp`);
}

/**
 * Finds the temporary files of `paths` that killed runs left below a folder.
 * Does not follow links.
 *
 * @returns absolute paths
 */
export async function leftoversIn(
	folder: string,
	paths: Iterable<string>,
): Promise<string[]> {
	const found: string[] = [];
	const search = async (dir: string, names: Names): Promise<void> => {
		// A folder that cannot be read is no reason to fail: nothing depends on it.
		const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
		for (const entry of entries) {
			const [, of = ""] = pattern.exec(entry.name) ?? [];
			const path = join(dir, entry.name);
			const below = names.get(entry.name);
			if (entry.isFile() && names.has(of)) found.push(path);
			if (entry.isDirectory() && below) await search(path, below);
		}
	};
	await search(folder, tree(paths));
	return found;
}

/** Names that may stand in a folder, each with those below it. */
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
