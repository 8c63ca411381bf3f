import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The texts that a project is rendered from, by path in the output folder. */
export interface Templates {
	/** Handlebars. */
	project: ReadonlyMap<string, string>;
	/** TypeScript, copied under a header. */
	runtime: ReadonlyMap<string, string>;
}

/** The package's own `templates`: next to `cli`, and next to `dist`. */
export const templatesDir: string = fileURLToPath(
	new URL("../../templates", import.meta.url),
);

export async function readTemplates(): Promise<Templates> {
	return {
		project: await readTexts(join(templatesDir, "project"), ".hbs", ""),
		runtime: await readTexts(join(templatesDir, "runtime"), "", ".ts"),
	};
}

/** Reads the files under `dir` that end in both endings; drops the first. */
export async function readTexts(
	dir: string,
	dropped: string,
	kept: string,
): Promise<Map<string, string>> {
	const found = await readdir(dir, { recursive: true, withFileTypes: true });
	const files = found
		.filter((entry) => entry.isFile() && entry.name.endsWith(kept + dropped))
		.map((entry) => join(entry.parentPath, entry.name));
	return new Map(
		await Promise.all(
			files.map(async (file): Promise<[string, string]> => {
				const path = relative(dir, file).split(sep).join("/");
				return [
					path.slice(0, path.length - dropped.length),
					await readFile(file, "utf8"),
				];
			}),
		),
	);
}
