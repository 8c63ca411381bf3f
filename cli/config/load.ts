import { isMap, isScalar, isSeq } from "yaml";
import { CounterGenError, type Place } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ConfigProblem } from "./codes.ts";
import { crossCheck } from "./cross-check.ts";
import { issueProblems } from "./issues.ts";
import { isValues, mergeDefaults, type Values } from "./merge.ts";
import { minimalExample, readConfigFile } from "./read.ts";
import { resolveConfig } from "./resolve.ts";
import { type Config, type FileValue, fileSchema } from "./schema.ts";
import { type Path, Source } from "./source.ts";
import { syntaxProblems } from "./syntax.ts";
import { plainValue, readTree } from "./tree.ts";

/** How deep the maps of a file lie in one another: file to `increment`. */
const maxLevels = 4;

/** A configuration that nothing is wrong with. */
export interface LoadedConfig {
	config: Config;
	/** What is legal but unwise, in the order of the file. */
	warnings: ConfigProblem[];
	/** Where the value at a path is written, for problems found later. */
	placeOf: (path: Path) => Place;
}

/**
 * Reads, checks and resolves the configuration in `file`, a path relative to
 * `io.cwd`; `io.env` fills in its variables. Throws a `CounterGenError` with
 * every problem, in the order of the file, each with a code of `configCodes`.
 * Of a file that is not YAML it tells nothing else.
 */
export async function loadConfig(
	file: string,
	io: Pick<Io, "cwd" | "env">,
): Promise<LoadedConfig> {
	const source = new Source(file, await readConfigFile(file, io.cwd));
	refuse(syntaxProblems(source));
	refuse(topProblems(source));
	const { value, problems } = readTree(source, io.env);
	if (!isValues(value)) throw new CounterGenError(sorted(problems));

	const { data, problems: found } = judge(source, value);
	refuse([...problems, ...found, ...hiddenProblems(source)]);
	if (!data) throw new Error("a file without problems has no value");
	return {
		config: resolveConfig(data),
		warnings: [],
		placeOf: (path) => source.placeOfValue(source.locate(path)),
	};
}

/** What a file's value stands for, and what is wrong with it. */
function judge(
	source: Source,
	value: Values,
): { data: FileValue | undefined; problems: ConfigProblem[] } {
	const merged = mergeDefaults(value);
	const { data, error } = fileSchema.safeParse(merged);
	const issues = error?.issues ?? [];
	return {
		data,
		problems: [
			...issues.flatMap((one) => issueProblems(one, source)),
			...crossCheck(source, merged),
		],
	};
}

/** What is wrong with values that a later one of the same key hides. */
function hiddenProblems(source: Source): ConfigProblem[] {
	const problems: ConfigProblem[] = [];
	for (let level = 0; level < maxLevels && source.dropRepeated(); level++) {
		const { value } = plainValue(source);
		if (isValues(value)) problems.push(...judge(source, value).problems);
	}
	return problems;
}

/** A file must be a map of keys before anything can be said of them. */
function topProblems(source: Source): ConfigProblem[] {
	const { contents } = source.doc;
	if (isMap(contents)) return [];
	if (contents && !(isScalar(contents) && contents.value === null))
		return [
			{
				code: "not-a-map",
				what: `a configuration is a map of keys; this is ${isSeq(contents) ? "a list" : "a single value"}`,
				fix: `start from this:\n\n${minimalExample}\n`,
				where: source.placeOfKey({ value: contents }),
			},
		];
	return [
		{
			code: "empty-file",
			what: `${source.file} is empty`,
			fix: `start from this:\n\n${minimalExample}\n`,
			where: { file: source.file },
		},
	];
}

function refuse(problems: readonly ConfigProblem[]): void {
	if (problems.length > 0) throw new CounterGenError(sorted(problems));
}

/** In the order of the file, and each once: `defaults` are checked repeatedly. */
function sorted(problems: readonly ConfigProblem[]): ConfigProblem[] {
	const once = new Map(
		problems.map((one) => [
			[one.where?.line, one.where?.column, one.what].join(),
			one,
		]),
	);
	return [...once.values()].toSorted(
		({ where: a }, { where: b }) =>
			(a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0),
	);
}
