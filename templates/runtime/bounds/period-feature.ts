import { nextStart } from "../history/calendar.ts";
import { checkLimits } from "./check.ts";
import type { Limits, Per, TotalBounds } from "./contract.ts";
import { CounterLender } from "./lender.ts";
import { ShardLoans } from "./loans.ts";
import { limitRoutes } from "./route.ts";
import { showLimit } from "./show.ts";

/**
 * Has what is counted in each hour, day or month pass no bounds: what would is
 * refused, and changes nothing.
 *
 * @param options.min as in `totalBounds`, as is `max`
 * @param options.per hour, day or month
 * @param options.timeZone IANA name of the zone in which these begin
 *
 * @example
 * class Calls extends CounterDurableObject {
 * 	static override readonly totalBounds = periodBounds({
 * 		max: 100,
 * 		per: "month",
 * 		timeZone: "Europe/Berlin",
 * 	});
 * }
 */
export function periodBounds({
	per,
	timeZone,
	...limits
}: Limits & { per: Per; timeZone: string }): TotalBounds {
	const endOf = (at: number) => nextStart(per, at, timeZone);
	return {
		limits,
		per,
		timeZone,
		openShard: (database, host) => new ShardLoans(database, host),
		open: (database, host) =>
			new CounterLender(database, { limits, period: { per, endOf } }, host),
		check: checkLimits,
		show: showLimit,
		route: limitRoutes,
	};
}
