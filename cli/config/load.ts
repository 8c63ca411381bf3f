import { dirname, resolve as resolvePath } from "node:path";
import { isMap, isScalar, isSeq } from "yaml";
import { CounterGenError, type Place } from "../errors.ts";
import type { Io } from "../io.ts";
import { crossCheck } from "./clashes.ts";
import { environmentLint } from "./environment-lint.ts";
import {
	environmentClashes,
	inEnvironment,
	nameProblems,
	overlays,
	strayNamespaces,
} from "./environments.ts";
import { defaultIdentity, environmentName } from "./identity.ts";
import { issueProblems } from "./issues.ts";
import { lifeProblems } from "./life-contradictions.ts";
import { lint } from "./lint.ts";
import { isValues, mergeDefaults, type Values } from "./merge.ts";
import type { ConfigProblem } from "./problem.ts";
import { queueProblems } from "./queues.ts";
import { minimalExample, readConfigFile } from "./read.ts";
import { type Config, type FileValue, fileSchema } from "./schema.ts";
import { type Path, Source } from "./source.ts";
import { syntaxProblems } from "./syntax.ts";
import { readTree } from "./tree.ts";

/** A configuration without problems. */
export interface LoadedConfig {
	config: Config;
	/** By name, in the order of the file. */
	environments: ReadonlyMap<string, Config>;
	/** Finds what is legal but hardly meant, in the order of the file. */
	warnings: () => Promise<ConfigProblem[]>;
	/**
	 * Finds the place of the value at a path, for problems found later; as it is
	 * in an environment, if one is given.
	 */
	placeOf: (path: Path, environment?: string) => Place;
}

/**
 * Reads, checks and resolves the configuration in `file`, a path relative to
 * `io.cwd`; `io.env` fills in its variables. Throws a `CounterGenError` with
 * every problem, in the order of the file, each with a `ConfigCode`.
 * Reports nothing else if the file is not YAML.
 */
export async function loadConfig(
	file: string,
	io: Pick<Io, "cwd" | "env">,
): Promise<LoadedConfig> {
	const source = Source.parse(file, readConfigFile(file, io.cwd));
	refuse(syntaxProblems(source));
	refuse(topProblems(source));
	const { value, problems } = readTree(source, io.env);
	if (!isValues(value)) throw new CounterGenError(sorted(problems));

	const dir = dirname(resolvePath(io.cwd, file));
	const { workers, problems: found } = await judge(source, value, dir);
	refuse([...problems, ...found]);
	const { config, environments } = workers;
	if (!config) throw new Error("a file without problems has no value");
	const all = new Map([[undefined, config], ...environments]);
	refuse(environmentClashes(source, all));
	return {
		config,
		environments,
		async warnings() {
			const found = new Map<string, ConfigProblem>();
			for (const [name, one] of all) {
				const there = source.in(name);
				for (const problem of [
					...(await lint(one, there)),
					...(name ? environmentLint(config, one, there) : []),
				]) {
					const { what, where } = problem;
					// Says once what `defaults` or the top level cause.
					const cause = `${where?.line}:${where?.column} ${what}`;
					if (!found.has(cause))
						found.set(cause, {
							...problem,
							what: name ? `in ${name}, ${what}` : what,
						});
				}
			}
			return sorted([...found.values()]);
		},
		placeOf(path, environment) {
			const there = source.in(environment);
			return there.placeOfValue(there.locate(path));
		},
	};
}

/** Resolves a file's value for all Workers, and finds what is wrong with it. */
async function judge(
	source: Source,
	value: Values,
	dir: string,
): Promise<{
	workers: { config: Config | undefined; environments: Map<string, Config> };
	problems: ConfigProblem[];
}> {
	const checkWrangler = await wranglerCheck(value, dir);
	const { config, problems } = check(value, source, checkWrangler);
	const name = config?.worker.name;
	problems.push(
		...nameProblems(source, value, name),
		...strayNamespaces(source, value),
	);
	const environments = new Map<string, Config>();
	for (const [environment, own] of overlays(value)) {
		if (!environmentName.safeParse(environment).success) continue;
		const whole = inEnvironment(value, environment, name, own);
		const inside = check(
			whole,
			source.in(environment),
			checkWrangler,
			environment,
		);
		problems.push(...inside.problems);
		if (inside.config) environments.set(environment, inside.config);
	}
	return { workers: { config, environments }, problems };
}

type WranglerCheck = (
	wrangler: Values,
	source: Source,
	environment?: string,
) => { problems: ConfigProblem[]; wrangler: Values };

/** Loads the check of what is under `wrangler`, and its schema, if anything is. */
async function wranglerCheck(
	file: Values,
	dir: string,
): Promise<WranglerCheck> {
	const all = [file, ...overlays(file).values()];
	const keys = all.flatMap(({ wrangler }) =>
		isValues(wrangler) ? Object.keys(wrangler) : [],
	);
	if (keys.length === 0) return () => ({ problems: [], wrangler: {} });
	const { checkWrangler } = await import("./wrangler.ts");
	const { WranglerSchema } = await import("./wrangler-schema.ts");
	const schema = WranglerSchema.read(dir);
	return (wrangler, source, environment) =>
		checkWrangler(wrangler, schema, source, environment);
}

/** Checks one Worker; there is a configuration unless there are problems. */
function check(
	file: Values,
	source: Source,
	checkWrangler: WranglerCheck,
	environment?: string,
): { config: Config | undefined; problems: ConfigProblem[] } {
	const merged = mergeDefaults(file);
	const { data, error } = fileSchema.safeParse(merged);
	const { wrangler } = merged;
	const wranglers = checkWrangler(
		isValues(wrangler) ? wrangler : {},
		source,
		environment,
	);
	return {
		config: data && resolve({ ...data, wrangler: wranglers.wrangler }),
		problems: [
			...wranglers.problems,
			...(error?.issues ?? []).flatMap((one) => issueProblems(one, source)),
			...crossCheck(source, merged),
			...lifeProblems(source, merged),
			...queueProblems(source, merged),
		],
	};
}

/** Derives the names of namespaces that a valid file leaves out. */
function resolve({
	worker,
	kv,
	wrangler,
	namespaces,
	removed,
}: FileValue): Config {
	return {
		worker,
		kv,
		wrangler,
		removed,
		namespaces: Object.entries(namespaces).map(([key, written]) => ({
			key,
			...defaultIdentity(key),
			...written,
		})),
	};
}

/** Refuses a file that is no map of keys: nothing can be said of its keys. */
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

/** Sorts problems by their place, each once: `defaults` are checked repeatedly. */
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
