import {
	type Checker,
	type CheckResult,
	CheckStatus,
} from "@stryker-mutator/api/check";
import type { Mutant, StrykerOptions } from "@stryker-mutator/api/core";
import { commonTokens, tokens } from "@stryker-mutator/api/plugin";
import { idOf } from "./mutant.ts";

/** Reason for not running a mutant. */
export const NOT_IN_SAMPLE = "not in the sample";

/**
 * Lets mutants of the sample pass and refuses others: a range of code that holds
 * a mutant of the sample holds those of its parts, too.
 */
export class SampleChecker implements Checker {
	static inject: [typeof commonTokens.options] = tokens(commonTokens.options);
	readonly #sample: ReadonlySet<string>;

	constructor(options: StrykerOptions) {
		this.#sample = new Set(options.sample as string[]);
	}

	init(): Promise<void> {
		return Promise.resolve();
	}

	check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
		const results = mutants.map((mutant): [string, CheckResult] => [
			mutant.id,
			this.#sample.has(idOf(mutant))
				? { status: CheckStatus.Passed }
				: { status: CheckStatus.CompileError, reason: NOT_IN_SAMPLE },
		]);
		return Promise.resolve(Object.fromEntries(results));
	}

	/** Checks all at once: there is nothing to compile. */
	group(mutants: Mutant[]): Promise<string[][]> {
		return Promise.resolve([mutants.map(({ id }) => id)]);
	}
}
