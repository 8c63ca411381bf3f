import { getSystemErrorMessage } from "node:util";
import { CounterGenError } from "../errors.ts";
import { shown, type Target } from "../generator/target.ts";

const fixes: Readonly<Record<string, string>> = {
	EACCES: "Change the permissions, or choose another folder with --out.",
	EPERM: "Change the permissions, or choose another folder with --out.",
	EROFS: "Choose a folder on a writable disk with --out.",
	ENOSPC: "Free some space, then run counter-gen generate again.",
	EDQUOT: "Free some space, then run counter-gen generate again.",
};

/** A system error in words, such as "permission denied". */
export function reason(error: unknown): string {
	const { errno, message } = error as NodeJS.ErrnoException;
	return errno === undefined ? message : getSystemErrorMessage(errno);
}

/**
 * What to throw when the system refused to read or write `path`. Anything but
 * a system error is a bug and comes back as it is.
 */
export function outputFailure(
	error: unknown,
	verb: "read" | "written",
	target: Target,
	path: string,
): unknown {
	const { code, errno } = error as NodeJS.ErrnoException;
	if (errno === undefined) return error;
	const file = shown(target, path);
	return new CounterGenError({
		code: verb === "read" ? "output-not-readable" : "output-not-writable",
		what: `${file} cannot be ${verb}: ${reason(error)}.`,
		why: "Nothing was changed.",
		fix:
			fixes[code ?? ""] ??
			"Clear what is in the way, or choose another folder with --out.",
		where: { file },
	});
}
