import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { packageRoot } from "../root.ts";

/** Texts that a project is rendered from, by path in the output folder. */
export interface Templates {
	/** Handlebars, rendered once. */
	project: ReadonlyMap<string, string>;
	/** Handlebars, rendered for every Worker into its folder. */
	worker: ReadonlyMap<string, string>;
	/** TypeScript of the client, which becomes part of one file for each Worker. */
	client: ReadonlyMap<string, string>;
	/** TypeScript, copied under a header. */
	runtime: ReadonlyMap<string, string>;
}

/** The package's own `templates`: next to `cli`, and next to `dist`. */
export const templatesDir: string = join(packageRoot, "templates");

export function readTemplates(): Templates {
	return {
		project: readTexts(join(templatesDir, "project"), ".hbs", ""),
		worker: readTexts(join(templatesDir, "worker"), ".hbs", ""),
		client: readTexts(join(templatesDir, "client"), "", ".ts"),
		runtime: readTexts(join(templatesDir, "runtime"), "", ".ts"),
	};
}

/** Reads the files under `dir` that end in both endings; drops the first. */
export function readTexts(
	dir: string,
	dropped: string,
	kept: string,
): Map<string, string> {
	const texts = new Map<string, string>();
	for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" }))
		if (name.endsWith(kept + dropped)) {
			const path = name.slice(0, name.length - dropped.length);
			const text = readFileSync(join(dir, name), "utf8");
			texts.set(path.split(sep).join("/"), text);
		}
	return texts;
}
