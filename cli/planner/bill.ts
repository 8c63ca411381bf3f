import { type Billed, PLAN_DOLLARS, prices } from "./prices.ts";
import { NO_USAGE, type Usage } from "./usage.ts";

/** One line of a month's bill. */
export interface Line {
	line: Billed;
	used: number;
	included: number;
	/** US dollars. */
	dollars: number;
}

/** A month of the paid plan. */
export interface Bill {
	lines: Line[];
	/** US dollars, the plan's own included. */
	dollars: number;
}

/**
 * Adds up what a month costs on the paid plan: each line past its included amount,
 * and the plan. Included amounts are of the whole account: what else it runs uses
 * them, too.
 */
export function billOf(usage: Usage): Bill {
	const lines = (Object.keys(prices) as Billed[]).map((line) => {
		const { included, dollars, per } = prices[line];
		const used = usage[line];
		const past = Math.max(0, used - included);
		return { line, used, included, dollars: (past / per) * dollars };
	});
	const dollars = lines.reduce((sum, one) => sum + one.dollars, PLAN_DOLLARS);
	return { lines, dollars };
}

/** Adds up what namespaces use. */
export function sumOf(usages: readonly Usage[]): Usage {
	const sum = { ...NO_USAGE };
	for (const usage of usages)
		for (const line of Object.keys(sum) as Billed[]) sum[line] += usage[line];
	return sum;
}
