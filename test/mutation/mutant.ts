import { relative, resolve } from "node:path";
import type { Mutant as StrykerMutant } from "@stryker-mutator/api/core";

/** A mistake that could be made in the runtime. */
export interface Mutant {
	/** From the root of the repository, with slashes. */
	file: string;
	/** From 1. */
	line: number;
	/** From 1. */
	column: number;
	endLine: number;
	endColumn: number;
	/** Kind, as the tool calls it: `ConditionalExpression`. */
	mutator: string;
	original: string;
	replacement: string;
	/** The functions around it, from outside in: `Outbox.#settle`. */
	within: string;
}

type Place = Pick<
	StrykerMutant,
	"fileName" | "location" | "mutatorName" | "replacement"
>;

/** Names a mutant as the tool hands it out, before it was run. */
export function idOf({
	fileName,
	location: { start, end },
	mutatorName,
	replacement,
}: Place): string {
	// Its lines begin at 0 until it reports.
	return identify({
		file: fileFrom(fileName),
		line: start.line + 1,
		column: start.column + 1,
		endLine: end.line + 1,
		endColumn: end.column + 1,
		mutator: mutatorName,
		replacement,
	});
}

/** Tells a mutant from all others of this state of the code. */
export function identify(mutant: Omit<Mutant, "original" | "within">): string {
	const { file, line, column, endLine, endColumn, mutator, replacement } =
		mutant;
	return `${file}:${line}:${column}-${endLine}:${endColumn} ${mutator} ${replacement}`;
}

/** A path from the root of the repository, with slashes. */
export function fileFrom(path: string): string {
	return relative(process.cwd(), resolve(path)).replaceAll("\\", "/");
}
