import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../cli/root.ts";

/** Packages that a user's project has installed besides counter-gen. */
const NAMES = [".bin", "@cloudflare", "typescript", "wrangler"];

/** Needed by the runtime's copy alone: the package brings its own. */
const COPIED = ["hono", "temporal-polyfill"];

/** Puts links into `node_modules` of `dir` to what a user's project has there. */
export async function linkPackages(dir: string): Promise<void> {
	const modules = join(dir, "node_modules");
	await mkdir(modules);
	await symlink(packageRoot, join(modules, "counter-gen"));
	for (const name of [...NAMES, ...COPIED])
		await symlink(join(packageRoot, "node_modules", name), join(modules, name));
}
