import { dearestOf } from "../planner/levers.ts";
import type { Plan } from "../planner/plan.ts";
import { PLAN_DOLLARS, PRICES_READ, prices } from "../planner/prices.ts";
import type { Staleness } from "../planner/staleness.ts";

/** Makes the answer for `--json`: see docs/cli.md. */
export function planData(plan: Plan): object {
	const { namespaces, bill, exhausted } = plan;
	return {
		namespaces: namespaces.map(
			({
				namespace,
				load,
				month,
				staleness,
				headroom,
				shortfalls,
				borrowing,
			}) => ({
				namespace: namespace.key,
				load,
				month,
				lagSeconds: staleness && {
					global: lagOf(staleness.global),
					kv: lagOf(staleness.kv),
					...(staleness.live && { live: lagOf(staleness.live) }),
				},
				peak: headroom,
				keepsUp: shortfalls.length === 0,
				...(borrowing !== undefined && { borrowing }),
			}),
		),
		month: bill.lines.map((one) => ({
			...one,
			source: prices[one.line].source,
		})),
		planDollars: PLAN_DOLLARS,
		dollars: bill.dollars,
		pricesRead: PRICES_READ,
		dearest: dearestOf(plan) ?? null,
		free: {
			holds: exhausted.length === 0,
			exhausted: exhausted.map(({ afterHours, ...one }) => ({
				...one,
				afterHours: afterHours ?? null,
			})),
		},
	};
}

/** JSON has no infinity: null is without a bound. */
function lagOf({ worst, ...own }: Staleness) {
	return { ...own, worst: worst === Infinity ? null : worst };
}
