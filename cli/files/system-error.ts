import { getSystemErrorMessage } from "node:util";
import { CounterGenError, type Diagnostic } from "../errors.ts";

/** Puts a system error in words, such as "permission denied". */
export function reason(error: unknown): string {
	const { errno, message } = error as NodeJS.ErrnoException;
	return errno === undefined ? message : getSystemErrorMessage(errno);
}

/**
 * Makes a failure to throw of a system error. Returns anything else as it is.
 *
 * @param describe gets the reason in words, and the code, such as "EACCES"
 */
export function systemFailure(
	error: unknown,
	describe: (reason: string, code: string) => Diagnostic,
): unknown {
	const { code, errno } = error as NodeJS.ErrnoException;
	if (errno === undefined || code === undefined) return error;
	return new CounterGenError(describe(reason(error), code));
}

/** Words for what a person can do who wanted something written. */
interface WaysOut {
	/** To write to another place, as "name another folder". */
	elsewhere: string;
	/** The command to repeat. */
	again: string;
}

/** Advises on the error of a write, by its code. */
export function fixFor(code: string, { elsewhere, again }: WaysOut): string {
	switch (code) {
		case "EACCES":
		case "EPERM":
			return `Change the permissions, or ${elsewhere}.`;
		case "EROFS":
			return `Make the disk writable, or ${elsewhere}.`;
		case "ENOSPC":
		case "EDQUOT":
			return `Free some space, then run \`${again}\` again.`;
		default:
			return `Clear what is in the way, or ${elsewhere}.`;
	}
}
