import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type {
	LogLevel,
	MutantStatus,
	PartialStrykerOptions,
} from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { NOT_IN_SAMPLE } from "./checker.ts";
import { MUTATED } from "./list.ts";
import { fileFrom, identify, type Mutant } from "./mutant.ts";

/** File in which `--all` keeps what it found, to go on from there. */
export const KEPT = "node_modules/.cache/mutation/incremental.json";

/**
 * Milliseconds on top of thrice what the tests took without a mutant: a slow
 * machine must not catch one.
 */
const TIMEOUT_MS = 20_000;
const TIMEOUT_FACTOR = 3;

export interface Running {
	concurrency?: number | undefined;
	/** The folder for the copies of the repository that mutants are made in. */
	temporary: string;
}

/** Status of each mutant, by `identify`. */
export type Statuses = ReadonlyMap<string, MutantStatus>;

/**
 * Runs these mutants and no others. The program that checks which they are runs
 * some of them, too, so these are two at the least.
 */
export function runSample(
	mutants: readonly Mutant[],
	running: Running,
): Promise<Statuses> {
	return run({
		...options(running),
		mutate: mutants.map(rangeOf),
		checkers: ["sample"],
		sample: mutants.map(identify),
	});
}

/** Runs all mutants, but for those whose code and tests are as they were. */
export function runAll(running: Running): Promise<Statuses> {
	return run({
		...options(running),
		mutate: [MUTATED],
		incremental: true,
		incrementalFile: KEPT,
	});
}

/** The pattern of the code that a mutant replaces. */
export function rangeOf(mutant: Mutant): string {
	const { file, line, column, endLine, endColumn } = mutant;
	// The tool counts columns from 0 here.
	return `${file}:${line}:${column - 1}-${endLine}:${endColumn - 1}`;
}

function options({
	concurrency = availableParallelism(),
	temporary,
}: Running): PartialStrykerOptions {
	return {
		plugins: [
			import.meta.resolve("@stryker-mutator/vitest-runner"),
			fileURLToPath(new URL("plugin.ts", import.meta.url)),
		],
		testRunner: "vitest",
		vitest: {
			configFile: "test/mutation/vitest.config.ts",
			// The simulation imports the runtime by paths that it makes up.
			related: false,
		},
		coverageAnalysis: "perTest",
		concurrency,
		timeoutMS: TIMEOUT_MS,
		timeoutFactor: TIMEOUT_FACTOR,
		reporters: ["lines"],
		// TypeScript 7 has no interface that the tool knows.
		tsconfigFile: "absent.json",
		disableTypeChecks: false,
		tempDirName: temporary,
		cleanTempDir: "always",
		ignorePatterns: ["/dist", "/generated", "/docs", ".wrangler"],
		warnings: false,
		logLevel: "warn" as LogLevel,
		allowConsoleColors: false,
	};
}

async function run(options: PartialStrykerOptions): Promise<Statuses> {
	const results = await new Stryker(options).runMutationTest();
	return new Map(
		results
			.filter(({ statusReason }) => statusReason !== NOT_IN_SAMPLE)
			.map(({ fileName, location, mutatorName, replacement, status }) => [
				identify({
					file: fileFrom(fileName),
					line: location.start.line,
					column: location.start.column,
					endLine: location.end.line,
					endColumn: location.end.column,
					mutator: mutatorName,
					replacement,
				}),
				status,
			]),
	);
}
