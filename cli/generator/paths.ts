import { basename, dirname, join, resolve } from "node:path";
import { CounterGenError } from "../errors.ts";
import type { Pasts } from "../lifecycle/history.ts";

/** A configuration, and the place of its project. */
export interface ProjectOptions {
	/** Path of the configuration, relative to the current directory. */
	config: string;
	/**
	 * Output folder; by default `generated` beside the configuration, and
	 * `generated-<env>` for an environment alone.
	 */
	out?: string;
	/** The environment that the command is about; the top level by default. */
	env?: string;
	/** Render the Worker of `env` only, as a project of its own. */
	standalone?: boolean;
	/** Overwrite and remove generated files that were edited. */
	discardEdits?: boolean;
	/** Namespaces of the Worker of `env` whose deletions are confirmed. */
	confirm?: readonly string[];
	/** A past; namespaces that it does not know may vanish again. */
	since?: Pasts;
}

/** Absolute paths of a project. */
export interface ProjectPaths {
	config: string;
	/** The output folder. */
	out: string;
	lock: string;
}

/** Names the folder of a Worker's source in the output folder, "/" separated. */
export function sourceFolder(environment: string | undefined): string {
	return environment ? `src/environments/${environment}` : "src";
}

/** Names the OpenAPI document of a Worker in the output folder. */
export function openApiFile(environment: string | undefined): string {
	return environment ? `openapi-${environment}.json` : "openapi.json";
}

/** @throws CounterGenError `invalid-out` */
export function projectPaths(
	{ config, out, env, standalone }: ProjectOptions,
	cwd: string,
): ProjectPaths {
	const file = resolve(cwd, config);
	const folder = standalone && env ? `generated-${env}` : "generated";
	const beside = (name: string) => join(dirname(file), name);
	if (out === "")
		throw new CounterGenError({
			code: "invalid-out",
			what: "--out is empty",
			fix: "Name the output folder, or leave --out away.",
		});
	return {
		config: file,
		out: out === undefined ? beside(folder) : resolve(cwd, out),
		lock: beside(`${basename(file).replace(/\.ya?ml$/, "")}.lock.json`),
	};
}
