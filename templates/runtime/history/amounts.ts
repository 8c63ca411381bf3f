import { invalid } from "../problem.ts";
import type { Amount } from "../protocol.ts";
import type { ImportedAmount } from "./contract.ts";
import { UNITS } from "./levels.ts";
import { SLOT_MS } from "./slots.ts";
import { momentOf } from "./wall-clock.ts";

/** Clocks of who exports and who imports may be so far apart. */
const MAX_AHEAD_MS = 15 * 60_000;

/**
 * Reads amounts that were counted elsewhere: who sends them may write anything.
 *
 * @param now milliseconds since 1970
 * @throws CounterProblem (400) for the first that is none
 */
export function readAmounts(
	amounts: readonly ImportedAmount[],
	timeZone: string,
	now: number,
): Amount[] {
	return amounts.map((amount: unknown) => {
		if (!Array.isArray(amount) || typeof amount[0] !== "string")
			throw invalid(
				"invalid-entries",
				'An amount is ["signups", 5] or, with its minute, hour or day, ["signups", 5, "day", "2026-11-28"]',
			);
		const [name, value, unit, at] = amount;
		if (amount.length === 2) return [name, value];
		const level = UNITS.indexOf(unit);
		const moment = typeof at === "string" ? momentOf(at, timeZone) : at;
		if (amount.length !== 4 || level < 0 || !isPast(moment, now))
			throw invalid(
				"invalid-history",
				`${JSON.stringify(amount)}: what was counted elsewhere has a minute, hour or day that has begun, such as "day", "2026-11-28" or "hour", "2026-11-28T08:00Z"; without an offset it is by the clocks of ${timeZone}`,
			);
		return [name, value, level, Math.floor(moment / SLOT_MS)];
	});
}

function isPast(moment: unknown, now: number): moment is number {
	return (
		typeof moment === "number" && moment >= 0 && moment <= now + MAX_AHEAD_MS
	);
}
