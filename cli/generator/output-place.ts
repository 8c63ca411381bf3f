import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { CounterGenError } from "../errors.ts";

/** Folders that belong to other programs, which empty them at will. */
const notOurs = ["node_modules", ".git"];

/**
 * Refuses an output folder in which generated files would stand among those of
 * the user or of other programs. Links are followed: what counts is the place.
 *
 * @throws CounterGenError `invalid-out`
 */
export async function requireSafeOutput(
	{ config, out }: { config: string; out: string },
	env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
	const [place, project, home] = await Promise.all([
		realPlace(out),
		realPlace(dirname(config)),
		realPlace(env.HOME || "/"),
	]);
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

/** The path without links, as far as it exists. */
async function realPlace(path: string): Promise<string> {
	try {
		return await realpath(path);
	} catch {
		const above = dirname(path);
		return above === path ? path : join(await realPlace(above), basename(path));
	}
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
