import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "../config/schema.ts";
import type { Diagnostic } from "../errors.ts";
import { shown } from "../files/paths.ts";

/** Page that shows how to bring such a Worker over. */
export const MIGRATIONS_PAGE = "docs/migrations.md";

/** Tells if a configuration of wrangler, TOML or JSON, has a list of migrations. */
export function hasMigrations(text: string): boolean {
	return /^\s*(\[\[([\w.-]+\.)?migrations\]\]|migrations\s*=|"migrations"\s*:)/m.test(
		text,
	);
}

/** Names the page for a configuration that declares its classes the old way. */
export function legacyMigrations(file: string): Diagnostic {
	return {
		code: "legacy-migrations",
		what: `${file} manages Durable Object classes by a list of migrations`,
		why: "The generated project declares them in `exports`, and one Worker can have only one of the two.",
		fix: `${MIGRATIONS_PAGE} of counter-gen tells how to bring that Worker over.`,
		where: { file },
	};
}

/**
 * Warns about configurations of wrangler beside `counters.yaml` or in the
 * output folder that have a list of migrations for the same Worker or classes.
 * A wrangler.toml in the output folder is a conflict already.
 */
export async function legacyWarnings(
	{ worker, namespaces }: Config,
	{ outDir, lockFile, cwd }: { outDir: string; lockFile: string; cwd: string },
): Promise<Diagnostic[]> {
	const names = [worker.name, ...namespaces.map((one) => one.class)];
	const beside = dirname(lockFile);
	const files = [
		...(beside === outDir ? [] : [join(beside, "wrangler.toml")]),
		...new Set(
			[beside, outDir].flatMap((folder) => [
				join(folder, "wrangler.json"),
				join(folder, "wrangler.jsonc"),
			]),
		),
	];
	const found: Diagnostic[] = [];
	for (const file of files) {
		const text = await readFile(file, "utf8").catch(() => "");
		const concerns = names.some(
			(name) => text.includes(`"${name}"`) || text.includes(`'${name}'`),
		);
		if (concerns && hasMigrations(text))
			found.push(legacyMigrations(shown({ cwd }, file)));
	}
	return found;
}
