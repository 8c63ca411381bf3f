import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { detect } from "package-manager-detector/detect";
import type { Io } from "../io.ts";

const known = ["npm", "pnpm", "yarn", "bun"] as const;
export type PackageManager = (typeof known)[number];

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
	return known.find((one) => one === name) ?? "npm";
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

/** Words the command that runs a script of package.json. */
export function runCommand(manager: PackageManager, script: string): string {
	return script === "start" && manager !== "bun"
		? `${manager} start`
		: `${manager} run ${script}`;
}

/** Words the command that runs a program of an installed package. */
export function execCommand(manager: PackageManager, command: string): string {
	const words = {
		npm: `npx --no -- ${command}`,
		pnpm: `pnpm exec ${command}`,
		yarn: `yarn run ${command}`,
		bun: `bun run ${command}`,
	};
	return words[manager];
}

/** Words the command that adds a package for development. */
export function addCommand(manager: PackageManager, spec: string): string {
	const words = {
		npm: "install --save-dev",
		pnpm: "add --save-dev",
		yarn: "add --dev",
		bun: "add --dev",
	};
	return `${manager} ${words[manager]} ${spec}`;
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
