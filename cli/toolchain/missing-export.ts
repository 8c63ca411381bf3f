import { dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Diagnostic } from "../errors.ts";
import { pathFrom, shown } from "../files/paths.ts";
import { type ProjectPaths, sourceFolder } from "../generator/paths.ts";
import type { WorkerState } from "../lifecycle/workers.ts";

/** Files of a Worker. Paths are absolute. */
export interface Entry {
	/** The entry, a user's own or the generated one. */
	main: string;
	/** The generated module of the classes. */
	classes: string;
	/** The directory that shown paths start from. */
	cwd: string;
}

/** Finds the files of a Worker of the project. */
export function entryOf(
	paths: Pick<ProjectPaths, "config" | "out">,
	{ environment, config }: Pick<WorkerState, "environment" | "config">,
	cwd: string,
): Entry {
	const { main } = config.worker;
	const dir = sourceFolder(environment);
	return {
		main: main
			? resolve(dirname(paths.config), main)
			: join(paths.out, dir, "index.ts"),
		classes: join(paths.out, dir, "counters.ts"),
		cwd,
	};
}

/**
 * Explains that the user's own entry leaves out classes of namespaces, if that
 * is what wrangler complains of.
 */
export function missingExport(
	output: string,
	{ main, classes, cwd }: Entry,
): Diagnostic | undefined {
	const [, names] =
		/not exported in your entrypoint file: ([\w, ]+)\./.exec(
			stripVTControlCharacters(output),
		) ?? [];
	if (names === undefined) return undefined;
	const file = shown({ cwd }, main);
	const way = pathFrom(dirname(main), classes.replace(/\.ts$/, ""));
	const from = way.startsWith(".") ? way : `./${way}`;
	return {
		code: "class-not-exported",
		what: `${file} does not export ${names}`,
		why: "The Durable Objects of a namespace are found by their class, among the exports of the Worker's entry.",
		fix: `Add the line: export { ${names} } from "${from}";`,
		where: { file },
	};
}
