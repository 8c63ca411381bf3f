import { shellWord } from "./text.ts";

export const packageManagers = ["npm", "pnpm", "yarn", "bun"] as const;
export type PackageManager = (typeof packageManagers)[number];

/** Beginnings of the command lines of a package manager. */
interface Words {
	/** Runs a program of an installed package; never fetches a stranger's. */
	exec: string;
	/** Runs the script `start`. */
	start: string;
	/** Adds a package for development. */
	add: string;
}

const words: Readonly<Record<PackageManager, Words>> = {
	npm: {
		exec: "npx --no -- ",
		start: "npm start",
		add: "npm install --save-dev",
	},
	pnpm: {
		exec: "pnpm exec ",
		start: "pnpm start",
		add: "pnpm add --save-dev",
	},
	yarn: { exec: "yarn run ", start: "yarn start", add: "yarn add --dev" },
	bun: { exec: "bun run ", start: "bun run start", add: "bun add --dev" },
};

/** Package manager of the project that this process works on. */
let current: PackageManager = "npm";

/** Words commands for a package manager from now on. */
export function usePackageManager(manager: PackageManager): void {
	current = manager;
}

/** Words the command that runs a program of an installed package. */
export function execCommand(
	command: string,
	manager: PackageManager = current,
): string {
	return `${words[manager].exec}${command}`;
}

/** Words the command that runs a script of package.json. */
export function runCommand(
	script: string,
	manager: PackageManager = current,
): string {
	return script === "start" ? words[manager].start : `${manager} run ${script}`;
}

/** Words the command that adds packages for development. */
export function addCommand(
	specs: readonly string[],
	manager: PackageManager = current,
): string {
	return [words[manager].add, ...specs].join(" ");
}

/** Words a call of this program; from source, by this repository's script. */
export function counterGen(command: string): string {
	return import.meta.url.endsWith(".ts")
		? `npm run cg -- ${command}`
		: execCommand(`counter-gen ${command}`);
}

/**
 * Words a call of wrangler. It names the configuration: else another one beside
 * or above could take its place.
 *
 * @param command as a shell takes it
 * @param config path from the current directory
 * @param env the environment; the top level by default
 */
export function wranglerCall(
	command: string,
	config: string,
	env?: string,
): string {
	const environment = env === undefined ? "" : ` --env ${env}`;
	return execCommand(
		`wrangler ${command} --config ${shellWord(config)}${environment}`,
	);
}
