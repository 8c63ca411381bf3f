import { parseArgs } from "node:util";

export const HELP = `npm run mutate -- [options]

Makes mistakes in the runtime one at a time, and says which of them the unit
tests of the simulation and short simulations do not catch.

Options:
  --mutants N       how many to draw from all; 400 if not given
  --seed N          which ones: the same seed draws the same; 1 if not given
  --all             all of them, on from where an earlier run was stopped
  --fresh           with --all: from the beginning
  --only TEXT       those whose file and function contain it, no others
  --concurrency N   programs at a time; one for each core if not given, and two
                    at the least for a sample
  --output FILE     writes the report there, too
  --list            prints the mutants and runs none
  --help            prints this

Examples:
  $ npm run mutate -- --mutants 100 --seed 2
  $ npm run mutate -- --only outbox.ts --mutants 50
  $ npm run mutate -- --only "Outbox.#settle" --list
  $ npm run mutate -- --all --output mutants.md

A sample of 400 takes up to two hours on two cores. Ctrl-C ends it; --all keeps
what it has found by then. What may survive stands in test/mutation/known.ts.
`;

export interface Options {
	/** Mutants to draw; undefined for all. */
	mutants: number | undefined;
	seed: number;
	fresh: boolean;
	only: string;
	concurrency: number | undefined;
	output: string | undefined;
	list: boolean;
	help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws Error for what it does not know
 */
export function parseOptions(args: readonly string[]): Options {
	const { values } = parseArgs({
		args: [...args],
		options: {
			mutants: { type: "string" },
			seed: { type: "string", default: "1" },
			all: { type: "boolean", default: false },
			fresh: { type: "boolean", default: false },
			only: { type: "string", default: "" },
			concurrency: { type: "string" },
			output: { type: "string" },
			list: { type: "boolean", default: false },
			help: { type: "boolean", default: false },
		},
	});
	const { mutants, all, only, output, list, help, fresh, concurrency } = values;
	if (all && (mutants !== undefined || only !== ""))
		throw new Error("--all takes neither --mutants nor --only");
	if (fresh && !all) throw new Error("--fresh goes with --all");
	return {
		mutants: all ? undefined : whole("--mutants", mutants ?? "400", 1),
		seed: whole("--seed", values.seed, 0),
		concurrency:
			concurrency === undefined
				? undefined
				: whole("--concurrency", concurrency, 1),
		fresh,
		only,
		output,
		list,
		help,
	};
}

function whole(option: string, text: string, least: number): number {
	const value = Number(text);
	if (Number.isSafeInteger(value) && value >= least) return value;
	throw new Error(`${option} takes a whole number from ${least}, not ${text}`);
}
