import { basename, dirname, relative, sep } from "node:path";
import { CounterGenError } from "../errors.ts";
import { realPath } from "../files/paths.ts";

/** Folders that belong to other programs, which empty them at will. */
const notOurs = ["node_modules", ".git"];

/**
 * Refuses an output folder in which generated files would stand among those of
 * the user or of other programs. Follows links.
 *
 * @throws CounterGenError `invalid-out`
 */
export function requireSafeOutput(
	{ config, out }: { config: string; out: string },
	env: Readonly<Record<string, string | undefined>>,
): void {
	const place = realPath(out);
	const project = realPath(dirname(config));
	const home = realPath(env.HOME || "/");
	if (isWithin(project, place))
		throw refusal(
			`${out} is the folder of ${basename(config)}, or above it`,
			"Generated files would stand among yours.",
		);
	if (isWithin(home, place))
		throw refusal(
			`${out} is your home directory, or above it`,
			"Generated files would stand among yours.",
		);
	const steps = relative(project, place).toLowerCase().split(sep);
	const foreign = notOurs.find((name) => steps.includes(name));
	if (foreign)
		throw refusal(
			`${out} is inside ${foreign}`,
			"Another program looks after what is there.",
		);
}

function isWithin(path: string, folder: string): boolean {
	const [first] = relative(folder, path).split(sep);
	return first !== "..";
}

function refusal(what: string, why: string): CounterGenError {
	return new CounterGenError({
		code: "invalid-out",
		what,
		why,
		fix: "Name a folder that is only for generated files, such as --out worker.",
	});
}
