import { type Bill, billOf } from "../../cli/planner/bill.ts";
import {
	CLOUDFLARE,
	MONTH_S,
	NO_FEATURES,
	NO_LOAD,
	type Thresholds,
} from "../../cli/planner/load.ts";
import { modelOf } from "../../cli/planner/model.ts";
import { monthOf, readingOnly } from "../../cli/planner/usage.ts";
import type { ShownNamespace } from "../runtime/dashboard/shown.ts";
import type { NamespaceHealth } from "../runtime/object/health.ts";
import { lanesOf } from "./lanes.ts";
import type { Picture } from "./picture.ts";

/** Shortest time over which a rate says something, milliseconds. */
const LEAST_MS = 10_000;

/** A month of one namespace, were it counted all the time as since the page was opened. */
export interface Cost {
	/** Increment requests a second. */
	rate: number;
	bill: Bill;
}

/** Plans with what `counter-gen plan` does; undefined until enough time has passed. */
export function costOf({
	namespace,
	health,
	opened,
}: Picture): Cost | undefined {
	if (!health || !opened || opened.ms < LEAST_MS) return undefined;
	const arrived = (of: NamespaceHealth) =>
		lanesOf(of, namespace).reduce((sum, lane) => sum + lane.arrived, 0);
	const requests = Math.max(0, arrived(health) - arrived(opened.health));
	const rate = requests / (opened.ms / 1_000);
	const load = {
		...NO_LOAD,
		rate,
		peak: rate,
		counters: Math.max(1, health.counters),
	};
	const month =
		rate === 0
			? readingOnly(load, MONTH_S)
			: monthOf(modelOf(thresholdsOf(namespace), load, CLOUDFLARE));
	return { rate, bill: billOf(month) };
}

function thresholdsOf({ costs, ...namespace }: ShownNamespace): Thresholds {
	const { kept, top, liveObjects, total } = costs;
	return {
		...NO_FEATURES,
		...namespace,
		// Nobody can tell which requests had a key.
		idempotencyWindow: 0,
		history: Object.keys(kept).length > 0 ? kept : undefined,
		top,
		live: liveObjects > 0 && { objects: liveObjects },
		total,
	};
}
