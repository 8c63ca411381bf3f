import { compareNames } from "../names.ts";
import type { Entry } from "../protocol.ts";

/** Takes so many entries with the highest totals, the highest first; of equals, by name. */
export function highest(entries: readonly Entry[], count: number): Entry[] {
	// Numbers sort much faster than entries, of which few are left then.
	const totals = Float64Array.from(entries, ([, total]) => total).sort();
	const least = totals.at(-count) ?? -Infinity;
	return entries
		.filter(([, total]) => total >= least)
		.sort(([a, one], [b, other]) => other - one || compareNames(a, b))
		.slice(0, count);
}
