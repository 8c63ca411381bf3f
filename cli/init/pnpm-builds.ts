import { isMap, parseDocument } from "yaml";

/**
 * Adds packages whose install scripts pnpm may run to the text of a
 * pnpm-workspace.yaml, which may be empty. pnpm knows `allowBuilds` from 10.26
 * on, and adds an older `onlyBuiltDependencies` to it.
 *
 * @returns the names that it did not decide about before
 */
export function addPnpmBuilds(
	text: string,
	names: readonly string[],
): { text: string; added: string[] } {
	const document = parseDocument(text);
	const known = document.get("allowBuilds");
	const missing = names.filter(
		(name) => !(isMap(known) && keysOf(known.toJSON()).includes(name)),
	);
	if (missing.length === 0) return { text, added: [] };
	const lines = missing.map((name) => `  ${name}: true\n`).join("");
	if (known === undefined || known === null) {
		const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
		return { text: `${before}allowBuilds:\n${lines}`, added: missing };
	}
	for (const name of missing) document.setIn(["allowBuilds", name], true);
	return { text: document.toString({ lineWidth: 0 }), added: missing };
}

/** Takes the version from names such as `esbuild@0.28.2`. */
function keysOf(builds: object): string[] {
	return Object.keys(builds).map((key) => key.replace(/(?<=.)@.*/, ""));
}
