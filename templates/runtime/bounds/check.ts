import { invalid } from "../problem.ts";
import type { Limits } from "./contract.ts";

/** @throws CounterProblem (400) unless these can be bounds. */
export function checkLimits({ min, max }: Limits): void {
	for (const [name, value] of Object.entries({ min, max }))
		if (value !== undefined && !Number.isSafeInteger(value))
			throw invalid(
				"invalid-bounds",
				`\`${name}\` must be a whole number within ±(2^53 - 1)`,
			);
	if (min === undefined && max === undefined)
		throw invalid(
			"invalid-bounds",
			"There must be a `min`, a `max` or both; to go back to those of counters.yaml, drop the limit",
		);
	if (min !== undefined && max !== undefined && min > max)
		throw invalid(
			"invalid-bounds",
			`\`min\`, ${min}, is above \`max\`, ${max}`,
		);
}
