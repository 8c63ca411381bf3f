import { join } from "node:path";
import { compile } from "../generator/compile.ts";
import { byName } from "../generator/rendered.ts";
import { readTexts, templatesDir } from "../generator/templates.ts";
import type { PackageManager } from "../ui/invocation.ts";
import { Manifest } from "./manifest.ts";
import {
	addPackages,
	addScripts,
	allowBuilds,
	buildsOf,
} from "./package-additions.ts";

export const starterNames = [
	".gitignore",
	"counters.yaml",
	"package.json",
] as const;

/** Differences between one starter and another. */
export interface StarterChoices {
	/** Name of the Worker and the package. */
	name: string;
	/** Version of this program in package.json; see `originFor`. */
	counterGen: string;
	/** Way from the folder to the schema in the installed package. */
	schema: string;
	manager: PackageManager;
	/** True in a workspace, whose root decides about install scripts. */
	member: boolean;
}

/**
 * Makes the files of a new project, by name: LF text, the same for the same
 * choices.
 */
export function starterFiles(choices: StarterChoices): Map<string, string> {
	const files = new Map([["package.json", packageJson(choices)]]);
	const templates = readTexts(join(templatesDir, "init"), ".hbs", "");
	for (const [path, text] of templates) files.set(path, compile(text)(choices));
	return new Map([...files].sort(([a], [b]) => byName(a, b)));
}

function packageJson({
	name,
	counterGen,
	manager,
	member,
}: StarterChoices): string {
	const content = { name, private: true, type: "module" };
	const manifest = new Manifest(JSON.stringify(content), "package.json");
	addScripts(manifest);
	addPackages(manifest, { counterGen, node: true, manager });
	// A clone builds itself when npm links to it.
	const clone = counterGen.startsWith("file:") ? [counterGen] : [];
	if (!member)
		allowBuilds(manifest, manager, [...buildsOf(manifest), ...clone]);
	return manifest.toString();
}
