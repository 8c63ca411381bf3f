import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type } from "./machine.ts";
import { root } from "./project.ts";

const CACHE = join(root, "node_modules/.cache/installed");

/**
 * Installs packages that are not the repository's own, such as a formatter that
 * users run, and returns the folder that holds their `node_modules`. Later
 * calls for the same versions find it there.
 *
 * @param packages exact versions by name
 */
export async function installed(
	packages: Readonly<Record<string, string>>,
): Promise<string> {
	const manifest = JSON.stringify({ private: true, dependencies: packages });
	const name = createHash("sha256").update(manifest).digest("hex").slice(0, 16);
	const dir = join(CACHE, name);
	if (existsSync(dir)) return dir;
	await mkdir(CACHE, { recursive: true });
	const began = await mkdtemp(join(CACHE, "."));
	await writeFile(join(began, "package.json"), manifest);
	await type("npm install --no-audit --no-fund --no-package-lock", began);
	// Another test may have been faster; what it installed is the same.
	await rename(began, dir).catch(() => rm(began, { recursive: true }));
	return dir;
}
