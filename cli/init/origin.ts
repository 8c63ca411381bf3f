import { readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { pathFrom, realPath } from "../files/paths.ts";

const modules = `${sep}node_modules${sep}`;

/**
 * Finds the version that a package.json in `dir` must name to get this very
 * program: `file:` and the way to a clone or a tarball, or `version` for one
 * that a registry delivered. Where no npm left a note, as with
 * `npm install -g`, a registry is the best guess.
 *
 * @param dir absolute path; it need not exist
 * @param root folder of the program
 */
export function originFor(dir: string, version: string, root: string): string {
	const inside = root.lastIndexOf(modules);
	// npm links to a folder, so the program finds itself in the clone.
	if (inside < 0) return fileSpec(dir, root);
	const project = root.slice(0, inside);
	const source = resolvedFrom(project, root);
	return source?.startsWith("file:")
		? fileSpec(dir, resolve(project, source.slice("file:".length)))
		: version;
}

/** Looks up where npm took the package from, in the notes of its installation. */
function resolvedFrom(project: string, root: string): string | undefined {
	const file = join(project, "node_modules", ".package-lock.json");
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		return undefined;
	}
	return JSON.parse(text).packages?.[pathFrom(project, root)]?.resolved;
}

/** Writes the way as npm does: relative, so that both may move together. */
function fileSpec(dir: string, path: string): string {
	// Without links, which `..` would not lead back through.
	return `file:${pathFrom(realPath(dir), realPath(path))}`;
}
