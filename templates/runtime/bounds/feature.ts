import { checkLimits } from "./check.ts";
import type { Limits, TotalBounds } from "./contract.ts";
import { CounterLender } from "./lender.ts";
import { ShardLoans } from "./loans.ts";
import { limitRoutes } from "./route.ts";
import { showLimit } from "./show.ts";

/**
 * Has no counter's total pass bounds, both inclusive: what would is refused, and
 * changes nothing.
 *
 * @param limits `min`, `max` or both; whole numbers within ±(2^53 - 1)
 *
 * @example
 * class Seats extends CounterDurableObject {
 * 	static override readonly totalBounds = totalBounds({ max: 1_000 });
 * }
 */
export function totalBounds(limits: Limits): TotalBounds {
	return {
		limits,
		openShard: (database, host) => new ShardLoans(database, host),
		open: (database, host) =>
			new CounterLender(database, { limits, period: undefined }, host),
		check: checkLimits,
		show: showLimit,
		route: limitRoutes,
	};
}
