import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { detect } from "package-manager-detector/detect";
import type { Io } from "../io.ts";
import { type PackageManager, packageManagers } from "../ui/invocation.ts";

/**
 * Finds the package manager of a folder: by lockfiles and package.json, there
 * or above up to the repository's root, or else by what runs this process.
 */
export async function packageManagerOf(
	dir: string,
	{ env }: Pick<Io, "env">,
): Promise<PackageManager> {
	const found = await detect({ cwd: dir, stopDir: isRepository });
	const name = found?.name ?? env.npm_config_user_agent?.split("/", 1)[0];
	return packageManagers.find((one) => one === name) ?? "npm";
}

/**
 * Finds the folder whose files say which install scripts may run: the root of
 * the workspace around `dir`, or `dir` itself.
 */
export function installRoot(dir: string, manager: PackageManager): string {
	for (let at = dir; ; at = dirname(at)) {
		const isRoot =
			manager === "pnpm"
				? existsSync(join(at, "pnpm-workspace.yaml"))
				: hasWorkspaces(join(at, "package.json"));
		if (isRoot) return at;
		if (isRepository(at) || at === dirname(at)) return dir;
	}
}

export function isRepository(dir: string): boolean {
	return existsSync(join(dir, ".git"));
}

function hasWorkspaces(file: string): boolean {
	try {
		return JSON.parse(readFileSync(file, "utf8")).workspaces !== undefined;
	} catch {
		return false;
	}
}
