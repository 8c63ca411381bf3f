import { toLf } from "../generator/rendered.ts";
import type { Standing } from "./standing.ts";
import { type StarterChoices, starterFiles } from "./starter.ts";

/**
 * Finds files that some `init` of this version wrote and nobody edited since.
 * No record is kept of that: such a file is what `init` would write for the
 * choices in it, and the name in counters.yaml is that in package.json.
 */
export function untouched(
	standing: Standing,
	choices: Pick<StarterChoices, "manager" | "member">,
): Set<string> {
	const ours = new Map<string, string>();
	const counterGen = originIn(standing.get("package.json"));
	for (const [file, text] of standing) {
		if (text === undefined) continue;
		const name = nameIn(text);
		const schema = schemaIn(text);
		const files = starterFiles({ ...choices, name, counterGen, schema });
		if (files.get(file) === toLf(text)) ours.set(file, name);
	}
	const name = ours.get("package.json");
	if (name !== undefined && ours.get("counters.yaml") !== name)
		ours.delete("counters.yaml");
	return new Set(ours.keys());
}

/**
 * Finds the name of the Worker in counters.yaml, or of the package in
 * package.json.
 */
function nameIn(text = ""): string {
	return /^\s+"?name"?: "?([a-z0-9-]+)/m.exec(text)?.[1] ?? "";
}

function originIn(text = ""): string {
	const [, origin] = /"counter-gen": ("[^"\\]*"),?$/m.exec(text) ?? [];
	return origin ? JSON.parse(origin) : "";
}

function schemaIn(text = ""): string {
	return /\$schema=(\S+)/.exec(text)?.[1] ?? "";
}
