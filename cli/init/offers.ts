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
			lines: [`{ ignores: ["${folder}generated/"] },`],
		});
	if (isInRepository(root))
		offers.push({
			file: join(root, ".gitattributes"),
			lines: [
				`${folder}generated/** linguist-generated`,
				`${folder}counters.lock.json linguist-generated`,
			],
		});
	return offers.filter(
		({ file }) =>
			!existsSync(file) || !readFileSync(file, "utf8").includes("generated/"),
	);
}

function isInRepository(dir: string): boolean {
	return (
		isRepository(dir) || (dir !== dirname(dir) && isInRepository(dirname(dir)))
	);
}
