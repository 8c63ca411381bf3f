import { CounterGenError } from "../errors.ts";

/** What a shell expects of a program that Ctrl-C ended. */
const STATUS = 130;

/** Ctrl-C came. @param left what that leaves behind, and what to do */
export function interrupted(left: string): CounterGenError {
	return new CounterGenError(
		{ code: "interrupted", what: `interrupted: ${left}` },
		STATUS,
	);
}
