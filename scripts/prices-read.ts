import { PRICES_READ } from "../cli/planner/prices.ts";

/** Months for which prices are taken to hold. */
const MOST_MONTHS = 6;

/**
 * Complains about prices that were read too long ago for a release.
 *
 * @param read year and month, such as 2026-11
 */
export function pricesComplaint(read: string, now: Date): string | undefined {
	const [year = 0, month = 0] = read.split("-").map(Number);
	const age =
		12 * (now.getUTCFullYear() - year) + now.getUTCMonth() + 1 - month;
	if (age <= MOST_MONTHS) return undefined;
	return `The prices of cli/planner/prices.ts are of ${read}: read their pages again, and set PRICES_READ`;
}

if (import.meta.main) {
	const complaint = pricesComplaint(PRICES_READ, new Date());
	if (complaint !== undefined) {
		console.error(complaint);
		process.exitCode = 1;
	}
}
