import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathFrom } from "../files/paths.ts";
import type { Manifest } from "./manifest.ts";
import { isRepository } from "./package-manager.ts";

/** A line for a file of the user's that keeps another tool off generated code. */
export interface Offer {
	/** Absolute. */
	file: string;
	lines: readonly string[];
}

/** Matches the generated folder, but not the word `linguist-generated`. */
const OURS = /(?<![\w-])generated[/"]/;

/**
 * Finds what formatters, linters and GitHub may be told about the generated
 * files: of those that the repository uses, and that do not know.
 *
 * @param root folder that these tools run in
 */
export function offersFor(
	dir: string,
	root: string,
	manifests: readonly Manifest[],
): Offer[] {
	const folder = dir === root ? "" : `${pathFrom(root, dir)}/`;
	const paths = [`${folder}generated/`, `${folder}counters.lock.json`];
	const names = readdirSync(root);
	const uses = (name: string, config: RegExp) =>
		manifests.some((manifest) => manifest.range(name) !== undefined) ||
		names.some((file) => config.test(file));
	const offers: Offer[] = [];
	if (uses("prettier", /^\.prettierrc|^prettier\.config\./))
		offers.push({ file: join(root, ".prettierignore"), lines: paths });
	const eslint = /^eslint\.config\./;
	if (uses("eslint", eslint))
		offers.push({
			file: join(
				root,
				names.find((file) => eslint.test(file)) ?? "eslint.config.js",
			),
			lines: [
				`{ ignores: ["${folder}generated/", "${folder}.counter-gen/"] },`,
			],
		});
	const biome = /^biome\.jsonc?$/;
	if (uses("@biomejs/biome", biome)) {
		const kept = ["generated", "counters.lock.json", ".counter-gen"];
		const paths = kept.map((path) => `"!${folder}${path}"`).join(", ");
		offers.push({
			file: join(root, names.find((file) => biome.test(file)) ?? "biome.json"),
			lines: [`"files": { "includes": ["**", ${paths}] },`],
		});
	}
	if (isInRepository(root))
		offers.push({
			file: join(root, ".gitattributes"),
			lines: [
				`${folder}generated/** linguist-generated`,
				`${folder}counters.lock.json linguist-generated`,
			],
		});
	return offers.filter(
		({ file }) => !existsSync(file) || !OURS.test(readFileSync(file, "utf8")),
	);
}

function isInRepository(dir: string): boolean {
	return (
		isRepository(dir) || (dir !== dirname(dir) && isInRepository(dirname(dir)))
	);
}
