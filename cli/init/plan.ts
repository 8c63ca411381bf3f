import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { pathFrom, shown } from "../files/paths.ts";
import type { PackageManager } from "../ui/invocation.ts";
import { addIgnoreLines } from "./ignore-lines.ts";
import { Manifest } from "./manifest.ts";
import { nameOf } from "./name.ts";
import {
	addPackages,
	addScripts,
	allowBuilds,
	buildsOf,
	type KeptScript,
} from "./package-additions.ts";
import { isRepository } from "./package-manager.ts";
import { addPnpmBuilds } from "./pnpm-builds.ts";
import { standingFiles } from "./standing.ts";
import { starterFiles, starterNames } from "./starter.ts";
import { untouched } from "./untouched.ts";

export interface InitOptions {
	/** Absolute path of the folder to write into; it need not exist. */
	dir: string;
	/** Start of the paths that a person sees. */
	cwd: string;
	/** Names the Worker and a new package; from the folder by default. */
	name: string | undefined;
	/** Version of this program in package.json; see `originFor`. */
	counterGen: string;
	manager: PackageManager;
	/** Folder whose files say which install scripts may run. */
	root: string;
	/** True where the machine's own Node.js is too old. */
	oldNode: boolean;
	/** Replaces files that `init` wrote and nobody edited since. */
	force: boolean;
}

export interface PlannedFile {
	/** Absolute. */
	path: string;
	text: string;
	/** Additions to a file of the user's; undefined for one of its own. */
	added?: readonly string[];
}

export interface InitPlan {
	files: PlannedFile[];
	manifest: Manifest;
	/** The one at the root of the workspace, where that is another. */
	rootManifest: Manifest | undefined;
	/** Scripts of the user's whose names `init` would give. */
	kept: KeptScript[];
}

/**
 * Plans the files of a project: new ones, and additions to a package.json, a
 * .gitignore and a pnpm-workspace.yaml that are there.
 *
 * @throws CounterGenError `file-exists` for each that is in the way, or
 * `bad-package-json`
 */
export async function planInit(options: InitOptions): Promise<InitPlan> {
	const { dir, manager, root } = options;
	const member = root !== dir;
	const theirs = await theirFiles(options, member);
	const starter = starterFiles({
		...options,
		name: options.name ?? nameOf(dir, theirs.has("package.json")),
		member,
		// npm, Yarn and bun put the packages of all members in the root's folder.
		schema: schemaFrom(dir, manager === "pnpm" ? dir : root),
	});

	const packageFile = join(dir, "package.json");
	const known = theirs.get("package.json");
	const manifest = new Manifest(
		known ?? starter.get("package.json") ?? "",
		shown(options, packageFile),
	);
	const kept = known === undefined ? [] : addScripts(manifest);
	if (known !== undefined)
		addPackages(manifest, {
			counterGen: options.counterGen,
			node: options.oldNode,
			manager,
		});
	const rootManifest = member ? manifestAt(root, options) : undefined;
	const permits = permitBuilds(options, manifest, rootManifest);

	const files = [...starter].map(([name, text]): PlannedFile => {
		const path = join(dir, name);
		const before = theirs.get(name);
		if (name === "package.json" && before !== undefined)
			return { path, text: `${manifest}`, added: manifest.added };
		if (before === undefined) return { path, text };
		return { path, ...addIgnoreLines(before, text, ignoredAbove(dir)) };
	});
	return { files: [...files, ...permits], manifest, rootManifest, kept };
}

/**
 * Reads the files that are the user's own.
 *
 * @throws CounterGenError `file-exists` for each that nothing can be added to
 */
async function theirFiles(
	{ dir, cwd, force, manager }: InitOptions,
	member: boolean,
): Promise<Map<string, string>> {
	const standing = standingFiles(dir, starterNames);
	const ours = force
		? await untouched(standing, { manager, member })
		: new Set();
	const theirs = [...standing].filter(([name]) => !ours.has(name));
	const inTheWay = theirs.filter(
		([name, text]) => text === undefined || name === "counters.yaml",
	);
	if (inTheWay.length > 0)
		throw new CounterGenError(
			inTheWay.map(([name]) =>
				fileExists(shown({ cwd }, join(dir, name)), force),
			),
		);
	return new Map(theirs.map(([name, text = ""]) => [name, text]));
}

/** Plans what lets install scripts run, at the root of the workspace. */
function permitBuilds(
	{ manager, root }: InitOptions,
	manifest: Manifest,
	rootManifest: Manifest | undefined,
): PlannedFile[] {
	const names = buildsOf(manifest);
	if (manager === "pnpm") {
		const path = join(root, "pnpm-workspace.yaml");
		const before = textOf(path);
		const { text, added } = addPnpmBuilds(before ?? "", names);
		return [{ path, text, ...(before !== undefined && { added }) }];
	}
	allowBuilds(rootManifest ?? manifest, manager, names);
	if (rootManifest === undefined) return [];
	const path = join(root, "package.json");
	return [{ path, text: `${rootManifest}`, added: rootManifest.added }];
}

function manifestAt(root: string, options: { cwd: string }): Manifest {
	const path = join(root, "package.json");
	return new Manifest(textOf(path) ?? "{}", shown(options, path));
}

/** Reads each .gitignore above a folder of a repository. */
function ignoredAbove(dir: string): string[] {
	const texts: string[] = [];
	for (let at = dir; !isRepository(at); ) {
		if (at === dirname(at)) return [];
		at = dirname(at);
		texts.push(textOf(join(at, ".gitignore")) ?? "");
	}
	return texts;
}

function textOf(path: string): string | undefined {
	return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Writes the way from a folder to the schema in the installed package. */
function schemaFrom(dir: string, root: string): string {
	const way = pathFrom(
		dir,
		join(root, "node_modules/counter-gen/counters.schema.json"),
	);
	return way.startsWith(".") ? way : `./${way}`;
}

function fileExists(file: string, force: boolean): Diagnostic {
	return {
		code: "file-exists",
		what: force
			? `${file} is in the way: it is not as init writes it.`
			: `${file} is in the way.`,
		why: "Nothing was written: init overwrites nothing of yours.",
		fix: force
			? "Move it away, or name another folder."
			: "Move it away, or name another folder. --force replaces files that init wrote and nobody edited.",
		where: { file },
	};
}
