import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../generator/compile.ts";
import { byName } from "../generator/rendered.ts";
import { readTexts, templatesDir } from "../generator/templates.ts";
import { packageRoot } from "../root.ts";

/** Differences between one starter and another. */
export interface StarterChoices {
	/** Name of the Worker and the package. */
	name: string;
	/** Version of this program in package.json; see `originFor`. */
	counterGen: string;
}

type Versions = Record<string, string>;

/** This program's own package.json, the one place of versions. */
const own: {
	version: string;
	devDependencies: Versions;
	allowScripts: Record<string, boolean>;
} = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));

export const ownVersion: string = own.version;

/**
 * Makes the files of a new project, by name: LF text, the same for the same
 * choices.
 */
export async function starterFiles(
	choices: StarterChoices,
): Promise<Map<string, string>> {
	const files = new Map([["package.json", packageJson(choices)]]);
	const templates = readTexts(join(templatesDir, "init"), ".hbs", "");
	for (const [path, text] of templates) files.set(path, compile(text)(choices));
	return new Map([...files].sort(([a], [b]) => byName(a, b)));
}

function packageJson({ name, counterGen }: StarterChoices): string {
	const content = {
		name,
		private: true,
		type: "module",
		scripts: {
			start: "counter-gen dev",
			serve: "counter-gen serve",
			deploy: "counter-gen deploy",
			load: "counter-gen load http://localhost:8787",
			validate: "counter-gen validate",
			generate: "counter-gen generate",
			check: "counter-gen generate --check",
			typecheck: "tsc -p generated",
		},
		devDependencies: {
			...versionsOf("@cloudflare/workers-types"),
			"counter-gen": counterGen,
			...versionsOf("node", "typescript", "wrangler"),
		},
		allowScripts: {
			...own.allowScripts,
			// A clone builds itself when npm links to it.
			...(counterGen.startsWith("file:") && { [counterGen]: true }),
		},
	};
	return `${JSON.stringify(content, null, 2)}\n`;
}

/** Picks versions that this program is tested with. */
function versionsOf(...names: string[]): Versions {
	return Object.fromEntries(
		names.map((name) => [name, own.devDependencies[name] ?? ""]),
	);
}
