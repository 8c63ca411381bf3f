import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../root.ts";
import type { PackageManager } from "../ui/invocation.ts";
import type { Manifest } from "./manifest.ts";

/** This program's own package.json, the one place of versions. */
const own: {
	version: string;
	devDependencies: Record<string, string>;
	allowScripts: Record<string, boolean>;
	peerDependencies: { wrangler: string };
} = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));

export const ownVersion: string = own.version;

/** Versions of wrangler that a project may have. */
export const WRANGLER_RANGE: string = own.peerDependencies.wrangler;

/** Scripts of a project, by their names in one that has no others. */
const scripts = {
	start: "counter-gen dev",
	serve: "counter-gen serve",
	deploy: "counter-gen deploy",
	load: "counter-gen load http://localhost:8787",
	validate: "counter-gen validate",
	generate: "counter-gen generate",
	check: "counter-gen generate --check",
	typecheck: "tsc -p generated",
};

/** A script that stays, although its name is taken. */
export interface KeptScript {
	name: string;
	text: string;
	/** The command that it would have run. */
	instead: string;
}

/**
 * Adds the scripts that are missing. Beside scripts of another purpose their
 * names begin with `counters:`.
 *
 * @returns those that cannot be added
 */
export function addScripts(manifest: Manifest): KeptScript[] {
	const prefix = manifest.hasScripts ? "counters:" : "";
	const missing = Object.entries(scripts)
		.filter(([, command]) => manifest.scriptFor(command) === undefined)
		.map(([name, command]) => [prefix + name, command] as const);
	for (const [name, command] of missing) manifest.add("scripts", name, command);
	return missing
		.filter(([name, command]) => manifest.script(name) !== command)
		.map(([name, instead]) => {
			return { name, text: String(manifest.script(name)), instead };
		});
}

/** Finds the script that starts the project. */
export function startScript(manifest: Manifest): string | undefined {
	return manifest.scriptFor(scripts.start);
}

/**
 * TypeScript 7 finds nothing in Yarn's Plug'n'Play; Yarn patches older ones so
 * that they do.
 */
const YARN_TYPESCRIPT = "5.9.3";

const TYPES = "@cloudflare/workers-types";

export interface Packages {
	/** Version of this program, or where it is; see `originFor`. */
	counterGen: string;
	/** True where the machine's own Node.js is too old. */
	node: boolean;
	manager: PackageManager;
}

/**
 * Adds the packages that are missing, in the versions that this program is
 * tested with. `dependencies` has what code of the Worker imports: it is there
 * when an installation leaves `devDependencies` out.
 */
export function addPackages(
	manifest: Manifest,
	{ counterGen, node, manager }: Packages,
): void {
	if (manifest.range("counter-gen") === undefined)
		manifest.add("dependencies", "counter-gen", counterGen);
	const versions: Record<string, string> = {
		...own.devDependencies,
		// A newer wrangler asks for newer types: npm refuses it beside exact ones.
		[TYPES]: `^${own.devDependencies[TYPES]}`,
		...(manager === "yarn" && { typescript: YARN_TYPESCRIPT }),
	};
	// Yarn runs scripts by the Node.js that runs itself, whatever is installed.
	const nodePackages = node && manager !== "yarn" ? ["node"] : [];
	for (const name of [TYPES, ...nodePackages, "typescript", "wrangler"])
		if (manifest.range(name) === undefined)
			manifest.add("devDependencies", name, versions[name] ?? "");
}

/** Lists packages of a project that have install scripts. */
export function buildsOf(manifest: Manifest): string[] {
	return Object.keys(own.allowScripts).filter(
		(name) => name !== "node" || manifest.range(name) !== undefined,
	);
}

/**
 * Lets install scripts run, in the package.json where npm or bun looks for the
 * permission. Yarn needs none for these packages.
 */
export function allowBuilds(
	manifest: Manifest,
	manager: PackageManager,
	names: readonly string[],
): void {
	for (const name of names)
		if (manager === "bun") manifest.trust(name);
		else if (manager === "npm" && !manifest.allows(name))
			manifest.add("allowScripts", name, true);
}
