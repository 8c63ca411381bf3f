import { starterFiles } from "./starter.ts";

/**
 * Finds files that some `init` of this version wrote and nobody edited since.
 * No record is kept of that: such a file is what `init` would write for the
 * choices in it, and the name is the same in all.
 *
 * @param standing text by file name; undefined for what is no file
 */
export async function untouched(
	standing: ReadonlyMap<string, string | undefined>,
): Promise<Set<string>> {
	const texts = [...standing.values()].filter((text) => text !== undefined);
	const names = new Set(texts.flatMap(nameIn));
	const [name = ""] = names.size === 1 ? names : [];
	const counterGen = texts.flatMap(originIn)[0] ?? "";
	const files = await starterFiles({ name, counterGen });
	const same = [...standing].filter(([file, text]) => files.get(file) === text);
	return new Set(same.map(([file]) => file));
}

/**
 * Finds the name of the Worker in counters.yaml, or of the package in
 * package.json.
 */
function nameIn(text: string): string[] {
	const [, name] = /^\s+"?name"?: "?([a-z0-9-]+)/m.exec(text) ?? [];
	return name ? [name] : [];
}

function originIn(text: string): string[] {
	const [, origin] = /"counter-gen": ("[^"\\]*"),$/m.exec(text) ?? [];
	return origin ? [JSON.parse(origin)] : [];
}
