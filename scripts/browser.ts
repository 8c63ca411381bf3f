import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { packageRoot as root } from "../cli/root.ts";

/** Entries of code for browsers, and the modules of the runtime that hold it. */
const BUNDLES = [
	{
		entry: "templates/dashboard/main.tsx",
		module: "templates/runtime/dashboard/assets.ts",
	},
	{
		entry: "templates/element/reading.ts",
		module: "templates/runtime/element/script.ts",
	},
	{
		entry: "templates/element/pushed.ts",
		module: "templates/runtime/live/element.ts",
	},
];

/** Names of a module's exports by the ending of what esbuild makes. */
const NAMES: Readonly<Record<string, string>> = {
	".js": "script",
	".css": "style",
};

/**
 * Bundles the code for browsers into modules of the runtime, minified. Each
 * exports `script`, and `style` if its code imports CSS: the text, and its
 * SHA-256 for an ETag or a Content-Security-Policy.
 *
 * @returns paths of the files that went into them
 */
export async function bundleForBrowsers(): Promise<string[]> {
	const inputs = await Promise.all(BUNDLES.map(bundle));
	return inputs.flat();
}

async function bundle({ entry, module }: (typeof BUNDLES)[number]) {
	const { metafile, outputFiles } = await build({
		absWorkingDir: root,
		entryPoints: [entry],
		outdir: ".",
		bundle: true,
		minify: true,
		write: false,
		metafile: true,
		format: "esm",
		target: "es2022",
		logLevel: "warning",
	});
	const exports = outputFiles.map(({ path, text, contents }) => {
		const name = NAMES[path.slice(path.lastIndexOf("."))];
		const sha256 = createHash("sha256").update(contents).digest("base64");
		return `export const ${name}: { text: string; sha256: string } = ${JSON.stringify({ text, sha256 })};\n`;
	});
	writeChanged(
		join(root, module),
		`// scripts/browser.ts made this of ${entry}.\n// biome-ignore-all lint: bundled\n// biome-ignore-all format: bundled\n${exports.join("")}`,
	);
	return Object.keys(metafile.inputs);
}

/** Leaves a file alone that has the text: what is newer is built again. */
function writeChanged(path: string, text: string): void {
	mkdirSync(dirname(path), { recursive: true });
	try {
		if (readFileSync(path, "utf8") === text) return;
	} catch {
		// There is none yet.
	}
	writeFileSync(path, text);
}
