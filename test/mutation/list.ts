import { glob, readFile } from "node:fs/promises";
import type { Logger } from "@stryker-mutator/api/logging";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { enclosingIn } from "./enclosing.ts";
import { fileFrom, type Mutant } from "./mutant.ts";

/** Files that are mutated: all that the counts depend on. */
export const MUTATED =
	"templates/runtime/{{shard,global,kv,object,idempotency,write-log}/**/*,live/!(object|route|subprotocol),history/!(*route|amounts|wall-clock)}.ts";

/** Says nothing: the tool logs each file it parses. */
const silent: Logger = {
	isTraceEnabled: () => false,
	isDebugEnabled: () => false,
	isInfoEnabled: () => false,
	isWarnEnabled: () => false,
	isErrorEnabled: () => false,
	isFatalEnabled: () => false,
	trace: () => {},
	debug: () => {},
	info: () => {},
	warn: () => {},
	error: () => {},
	fatal: () => {},
};

/** Lists every mutant that the tool can make, in the order of the code. */
export async function listMutants(pattern = MUTATED): Promise<Mutant[]> {
	const files: string[] = [];
	for await (const file of glob(pattern)) files.push(file);
	return (await Promise.all(files.sort().map(mutantsIn))).flat();
}

async function mutantsIn(name: string): Promise<Mutant[]> {
	const content = await readFile(name, "utf8");
	const { mutants } = await new Instrumenter(silent).instrument(
		[{ name, content, mutate: true }],
		{ plugins: null, excludedMutations: [], ignorers: [] },
	);
	const enclosing = enclosingIn(content);
	const lines = lineStarts(content);
	const offset = (line: number, column: number) => (lines[line] ?? 0) + column;
	return mutants.map(({ location: { start, end }, ...mutant }) => {
		const from = offset(start.line, start.column);
		return {
			file: fileFrom(name),
			line: start.line + 1,
			column: start.column + 1,
			endLine: end.line + 1,
			endColumn: end.column + 1,
			mutator: mutant.mutatorName,
			original: content.slice(from, offset(end.line, end.column)),
			replacement: mutant.replacement,
			within: enclosing(from),
		};
	});
}

/** Finds the offset at which each line begins. */
function lineStarts(text: string): number[] {
	const starts = [0];
	for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
	return starts;
}
