import { parseArgs } from "node:util";

/** Options of `wrangler dev` that counter-gen sets. */
const OWN = {
	env: { type: "string", short: "e" },
	"inspector-port": { type: "string" },
	inspectorPort: { type: "string" },
	ip: { type: "string" },
	minify: { type: "boolean" },
	"persist-to": { type: "string" },
	persistTo: { type: "string" },
	port: { type: "string" },
	"show-interactive-dev-session": { type: "boolean" },
	showInteractiveDevSession: { type: "boolean" },
} as const;

/** Values by the long name of an option; a switch has none. */
export type WranglerOptions = Partial<Record<string, string>>;

/**
 * Finds the options that a user's words for wrangler set, in any spelling that
 * wrangler takes: `--ip x`, `--ip=x`, `-e x`, `--persistTo x`.
 */
export function optionsIn(words: readonly string[]): WranglerOptions {
	const { tokens } = parseArgs({
		args: [...words],
		options: OWN,
		strict: false,
		allowNegative: true,
		tokens: true,
	});
	return Object.fromEntries(
		tokens
			.filter((token) => token.kind === "option")
			.map(({ name, value = "" }) => [kebab(name), value.replace(/^=/, "")]),
	);
}

/**
 * Writes `own` options, and the user's words in the place of those that they
 * set: wrangler refuses an option that is given twice.
 */
export function replaced(
	own: WranglerOptions,
	words: readonly string[],
): string[] {
	const given = optionsIn(words);
	const others = Object.entries(own).filter(([name]) => !(name in given));
	return [...others.map(([name, value]) => `--${name}=${value}`), ...words];
}

function kebab(name: string): string {
	return name
		.replace(/^no-/, "")
		.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
