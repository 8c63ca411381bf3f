import { readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

const modules = `${sep}node_modules${sep}`;

/**
 * What a package.json in `dir` must say to get this very program from where it
 * came: `file:` and the way to a clone or a tarball, or `version` for one that
 * a registry delivered. Where no npm left a note, as with `npm install -g`, a
 * registry is the best guess.
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

/** Where npm took the package from, by the notes it keeps of what it installed. */
function resolvedFrom(project: string, root: string): string | undefined {
	const file = join(project, "node_modules", ".package-lock.json");
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		return undefined;
	}
	const path = relative(project, root).split(sep).join("/");
	return JSON.parse(text).packages?.[path]?.resolved;
}

/** As npm writes it: relative, so that both may move together. */
function fileSpec(dir: string, path: string): string {
	const way = relative(realPath(dir), realPath(path));
	return `file:${way.split(sep).join("/")}`;
}

/** Without links, which `..` would not lead back through. */
function realPath(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		const above = dirname(path);
		return above === path ? path : join(realPath(above), basename(path));
	}
}
