import type { codes } from "../codes.ts";
import type { Diagnostic } from "../errors.ts";

/** A code of a problem with the configuration, or of a warning about it. */
export type ConfigCode = (typeof codes)["config" | "lint"][number];

/** A diagnostic about the configuration. */
export interface ConfigProblem extends Diagnostic {
	code: ConfigCode;
}

/** Parts of a problem that a rule of the schema may set, as its `params`. */
export type ProblemParams = Partial<
	Pick<ConfigProblem, "code" | "why" | "fix">
>;
