import { parse } from "yaml";
import { contentOf } from "../content/without-layout.ts";
import { toLf } from "../generator/rendered.ts";
import type { Standing } from "./standing.ts";
import { type StarterChoices, starterFiles } from "./starter.ts";

/**
 * Finds files that some `init` of this version wrote and nobody edited since;
 * a formatter's layout is no edit. No record is kept of that: such a file says
 * what `init` would write for the choices in it, and the name in counters.yaml
 * is that in package.json.
 */
export async function untouched(
	standing: Standing,
	choices: Pick<StarterChoices, "manager" | "member">,
): Promise<Set<string>> {
	const ours = new Map<string, string>();
	const { name: packageName, dependencies } = packageIn(
		standing.get("package.json"),
	);
	const counterGen = dependencies?.["counter-gen"] ?? "";
	for (const [file, text] of standing) {
		if (text === undefined) continue;
		const name = file === "package.json" ? packageName : workerNameIn(text);
		const schema = schemaIn(text);
		const files = starterFiles({ ...choices, name, counterGen, schema });
		if (await isSame(file, files.get(file) ?? "", text)) ours.set(file, name);
	}
	const name = ours.get("package.json");
	if (name !== undefined && ours.get("counters.yaml") !== name)
		ours.delete("counters.yaml");
	return new Set(ours.keys());
}

/** Tells if a file says what `init` wrote, in whatever layout. */
async function isSame(
	file: string,
	written: string,
	text: string,
): Promise<boolean> {
	if (toLf(text) === written) return true;
	const content = await contentOf(file, text);
	return content !== undefined && content === (await contentOf(file, written));
}

interface Package {
	name: string;
	dependencies?: Record<string, string>;
}

function packageIn(text = ""): Package {
	try {
		const { name = "", dependencies } = JSON.parse(text) as Partial<Package>;
		return { name, ...(dependencies && { dependencies }) };
	} catch {
		return { name: "" };
	}
}

function workerNameIn(text: string): string {
	try {
		return String(parse(text).worker.name);
	} catch {
		return "";
	}
}

function schemaIn(text: string): string {
	return /\$schema=(\S+)/.exec(text)?.[1] ?? "";
}
