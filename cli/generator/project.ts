import { basename, dirname, join, resolve } from "node:path";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import type { Io } from "../io.ts";
import { keptWarnings } from "./conflict.ts";
import { goneWarnings, recordNamespaces } from "./history.ts";
import { readLock } from "./lock.ts";
import { toModel } from "./model.ts";
import { requireSafeOutput } from "./output-place.ts";
import { type Plan, plan } from "./plan.ts";
import { render } from "./render.ts";
import { readTemplates } from "./templates.ts";

/** Which configuration, and where its project goes. */
export interface ProjectOptions {
	/** Path of the configuration, relative to the current directory. */
	config: string;
	/** Output folder; `generated` beside the configuration by default. */
	out?: string;
}

/** Absolute paths of a project. */
export interface ProjectPaths {
	config: string;
	/** The output folder. */
	out: string;
	lock: string;
}

export function projectPaths(
	{ config, out }: ProjectOptions,
	cwd: string,
): ProjectPaths {
	const file = resolve(cwd, config);
	const beside = (name: string) => join(dirname(file), name);
	if (out === "")
		throw new CounterGenError({
			code: "invalid-out",
			what: "--out is empty",
			fix: "Name the output folder, or leave --out away.",
		});
	return {
		config: file,
		out: out === undefined ? beside("generated") : resolve(cwd, out),
		lock: beside(`${basename(file).replace(/\.ya?ml$/, "")}.lock.json`),
	};
}

/**
 * Renders the project of a configuration in memory and compares it with the
 * disk. Writes nothing; `apply` carries the plan out.
 *
 * @throws CounterGenError for a bad configuration, lock or output folder
 */
export async function planProject(
	options: ProjectOptions,
	io: Pick<Io, "cwd" | "env">,
): Promise<{ config: Config; plan: Plan; warnings: Diagnostic[] }> {
	const paths = projectPaths(options, io.cwd);
	await requireSafeOutput(paths, io.env);
	const { config, warnings } = await loadConfig(options.config, io);
	const lock = await readLock(paths.lock, io.cwd);
	const namespaces = recordNamespaces(lock.namespaces, config.namespaces);
	const model = toModel(config, paths.config, namespaces);
	const rendered = render(model, await readTemplates());
	const target = {
		outDir: paths.out,
		outNamed: options.out !== undefined,
		lockFile: paths.lock,
		cwd: io.cwd,
	};
	const planned = await plan({ target, rendered, lock, namespaces });
	return {
		config,
		plan: planned,
		warnings: [
			...warnings,
			...goneWarnings(namespaces, config.namespaces),
			...keptWarnings(planned),
		],
	};
}
