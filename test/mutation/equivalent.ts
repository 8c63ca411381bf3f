import type { Mutant } from "./mutant.ts";

/** A mutant that may survive, and why that is no gap. */
export interface Equivalent {
	/** From `templates/runtime`. */
	file: string;
	/** The functions around it, from outside in; empty at the top of the file. */
	within: string;
	/** Code that it replaces, as `excerpt` shows it. */
	original: string;
	/** Likewise. */
	replacement: string;
	/** Reason to let it be: it is equivalent, or costs nothing. */
	reason: string;
}

/** Most characters of code in a key or a line of a report. */
const EXCERPT_CHARACTERS = 80;

/** Code in one line, shortened. */
export function excerpt(code: string): string {
	const line = code.replace(/\s+/g, " ").trim();
	return line.length > EXCERPT_CHARACTERS
		? `${line.slice(0, EXCERPT_CHARACTERS - 1)}…`
		: line;
}

/** Tells a mutant by what it changes, wherever that has moved in its file. */
export function keyOf(
	mutant: Pick<Mutant, "file" | "within" | "original" | "replacement">,
): string {
	const { file, within, original, replacement } = mutant;
	return JSON.stringify([
		file.replace("templates/runtime/", ""),
		within,
		excerpt(original),
		excerpt(replacement),
	]);
}
