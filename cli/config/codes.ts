import type { Diagnostic } from "../errors.ts";

/**
 * Every code that a problem with the configuration can carry. Codes are
 * stable: scripts may match on them.
 */
export const configCodes = [
	// The file
	"file-not-found",
	"not-a-file",
	"file-unreadable",
	"file-too-large",
	"not-utf8",
	"empty-file",
	// YAML
	"yaml-syntax",
	"several-documents",
	"not-a-map",
	"duplicate-key",
	"unknown-alias",
	"too-many-aliases",
	// Variables
	"unset-variable",
	"bad-variable",
	// Keys
	"unknown-key",
	"missing-key",
	"not-in-defaults",
	"not-supported-yet",
	"bad-namespace-key",
	"bad-environment-name",
	// Values
	"wrong-type",
	"out-of-bounds",
	"invalid-value",
	"reserved-name",
	// Between namespaces
	"not-unique",
	"mount-overlap",
	"contradiction",
] as const;

export type ConfigCode = (typeof configCodes)[number];

/** A diagnostic with a code of this list. */
export interface ConfigProblem extends Diagnostic {
	code: ConfigCode;
}
