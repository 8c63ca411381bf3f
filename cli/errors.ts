import type { DiagnosticCode } from "./codes.ts";

/** A place in a file. Lines and columns count from 1. */
export interface Place {
	/** Path as the user would type it, relative to the current directory. */
	file: string;
	line?: number;
	column?: number;
	/** The offending lines with a caret, ready to print. */
	frame?: string;
}

/**
 * One problem, worded so that a person can act on it. The same object is
 * printed as text and, with `--json`, as JSON.
 */
export interface Diagnostic {
	/** Stable; scripts may rely on it. */
	code: DiagnosticCode;
	/** The problem in one sentence. */
	what: string;
	/** The reason or the danger, where `what` does not make it plain. */
	why?: string;
	/** The next step: a command, or a change. */
	fix?: string;
	where?: Place;
}

/** Exit statuses, the same for every command. */
export const exitCode = {
	done: 0,
	/** A check found something: drift, a failed verification. */
	findings: 1,
	/** Wrong usage, a bad `counters.yaml`, or a refusal to destroy something. */
	refused: 2,
	/** A bug in counter-gen: EX_SOFTWARE of sysexits.h. */
	bug: 70,
	/** Ctrl-C ended it, as shells expect. */
	interrupted: 130,
} as const;

/** An expected failure: printed without a stack, ends with its `status`. */
export class CounterGenError extends Error {
	readonly diagnostics: readonly Diagnostic[];
	readonly status: number;

	constructor(
		diagnostics: Diagnostic | readonly Diagnostic[],
		status: number = exitCode.refused,
	) {
		const all = Array.isArray(diagnostics) ? diagnostics : [diagnostics];
		super(all.map((one: Diagnostic) => one.what).join("\n"));
		this.name = "CounterGenError";
		this.diagnostics = all;
		this.status = status;
	}
}

/**
 * Makes the failure of a command that Ctrl-C ended.
 *
 * @param left the state that it leaves behind, and the next step
 */
export function interrupted(left: string): CounterGenError {
	return new CounterGenError(
		{ code: "interrupted", what: `interrupted: ${left}` },
		exitCode.interrupted,
	);
}
