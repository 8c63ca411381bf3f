import { shellWord } from "./text.ts";

/**
 * Calls this program when pasted into a shell: from source by this repository's
 * script; as a package in a way that never fetches another of that name, and
 * that leaves `--help` and `--version` to this program.
 */
export const counterGen: string = import.meta.url.endsWith(".ts")
	? "npm run cg --"
	: "npx --no -- counter-gen";

/**
 * Writes a call of wrangler to paste. It names the configuration: else another
 * one beside or above could take its place.
 *
 * @param words as a shell takes them
 * @param config path from the current directory
 * @param env the environment; the top level by default
 */
export function wranglerCall(
	words: string,
	config: string,
	env?: string,
): string {
	const environment = env === undefined ? "" : ` --env ${env}`;
	return `npx --no -- wrangler ${words} --config ${shellWord(config)}${environment}`;
}
