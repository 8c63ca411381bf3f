import type { Diagnostic } from "../errors.ts";
import type { Load } from "../planner/load.ts";
import type { Planned } from "../planner/plan.ts";
import {
	type Choice,
	cheapest,
	freshest,
	LEAST_STALENESS_S,
	type Wishes,
} from "../planner/wishes.ts";
import { amount, dollars, LINES, time } from "./units.ts";

/** Longest lag that timers give, seconds: a day each. */
const LONGEST_S = 172_800;

/** A lag that is shown where none would help. */
const SHOWN_S = 60;

/** A choice, and the wish that it does not meet, if there is one. */
export interface Granted {
	choice: Choice;
	outOfReach: Diagnostic | undefined;
}

/** Chooses what meets the wishes, or else what is nearest. */
export function grant(
	namespaces: readonly Planned[],
	loads: readonly Load[],
	wishes: Wishes,
): Granted {
	const { maxStaleness } = wishes;
	const most = freshest(namespaces, loads, wishes);
	const choose = (staleness: number) =>
		cheapest(namespaces, loads, staleness, wishes);
	if (maxStaleness === undefined)
		return most
			? { choice: most, outOfReach: undefined }
			: unaffordable(choose(SHOWN_S), choose(LONGEST_S), wishes);
	if (maxStaleness < LEAST_STALENESS_S)
		return {
			choice: choose(LEAST_STALENESS_S),
			outOfReach: {
				code: "out-of-reach",
				what: `totals in KV lag by ${time(LEAST_STALENESS_S)} at the least, not ${time(maxStaleness)}`,
				why: "KV takes one write a second for a key, and a write takes a while",
				fix: `take --max-staleness ${LEAST_STALENESS_S}s; reads of the global object, and \`live\`, are fresher`,
			},
		};
	const choice = choose(maxStaleness);
	if (choice.spent <= 1) return { choice, outOfReach: undefined };
	if (!most) return unaffordable(choice, choose(LONGEST_S), wishes);
	return {
		choice: most,
		outOfReach: {
			code: "out-of-reach",
			what: `a lag of ${time(maxStaleness)} at worst is out of reach ${of(wishes)}: ${costOf(choice, wishes)}`,
			fix: `take --max-staleness ${Math.ceil(most.staleness)}s, which is shown here${wishes.free ? "" : `, or --budget ${Math.ceil(choice.plan.bill.dollars)}`}`,
		},
	};
}

/** However far totals may lag, it does not suffice: a bearable lag is shown. */
function unaffordable(choice: Choice, least: Choice, wishes: Wishes): Granted {
	return {
		choice,
		outOfReach: {
			code: "out-of-reach",
			what: `no thresholds suffice ${of(wishes)}: ${costOf(least, wishes)}, however far totals lag`,
			why: "each request has its price, and thresholds do not change that",
			fix: `send several counts in a request (--batch), or take ${
				wishes.free
					? "the paid plan: leave --free away"
					: `--budget ${Math.ceil(choice.plan.bill.dollars)}: then totals lag by ${time(choice.staleness)} at worst, which is shown here`
			}`,
		},
	};
}

function of({ budget, free }: Wishes): string {
	return free ? "on the Free plan" : `with $${dollars(budget ?? 0)} a month`;
}

function costOf({ plan }: Choice, { free }: Wishes): string {
	const [first] = plan.exhausted;
	if (!free || !first)
		return `the least that it costs is $${dollars(plan.bill.dollars)}`;
	return `at the least it takes ${amount(first.used)} ${LINES[first.line]} a day of ${amount(first.limit)}`;
}
