import { basename } from "node:path";
import { workerName } from "../config/schema.ts";
import { CounterGenError } from "../errors.ts";

/**
 * Checks a name for the Worker and the package by the rule of `worker.name`.
 *
 * @throws CounterGenError `invalid-name`
 */
export function checkName(name: string): string {
	const { error } = workerName.safeParse(name);
	if (error === undefined) return name;
	throw new CounterGenError({
		code: "invalid-name",
		what: `--name ${error.issues[0]?.message}; got ${JSON.stringify(name)}`,
		why: "It names the Worker and the package.",
		fix: `--name ${legalName(name)}`,
	});
}

/**
 * Makes a legal name of a folder's.
 *
 * @param shared true if another project is there, whose Worker may have the
 * folder's name
 */
export function nameOf(dir: string, shared = false): string {
	const name = legalName(basename(dir));
	if (!shared || name.endsWith("counters")) return name;
	return `${name.slice(0, 54).replace(/-$/, "")}-counters`;
}

function legalName(text: string): string {
	const plain = text
		// Turns é into e and an accent, which goes.
		.normalize("NFKD")
		.replaceAll(/\p{M}/gu, "")
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, "-");
	const name = plain
		.replace(/^[^a-z]+/, "")
		.slice(0, 63)
		.replace(/-$/, "");
	return name || "counters";
}
