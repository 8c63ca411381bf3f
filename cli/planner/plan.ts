import { type Bill, billOf, sumOf } from "./bill.ts";
import { type Exhausted, exhaustedOf } from "./free-plan.ts";
import { type Headroom, headroomOf } from "./headroom.ts";
import { CLOUDFLARE, type Load, MONTH_S, type Thresholds } from "./load.ts";
import { modelOf } from "./model.ts";
import { type Shortfall, shortfallsOf } from "./shortfall.ts";
import { type Lags, stalenessOf } from "./staleness.ts";
import {
	borrowingOf,
	DAY_S,
	monthOf,
	readingOnly,
	steadyUsage,
	type Usage,
} from "./usage.ts";

/** A namespace, as far as planning goes. */
export interface Planned extends Thresholds {
	key: string;
	/** Name of its binding, by which a running Worker calls it. */
	binding: string;
	/** Distinct names that there is room for. */
	maxCounters: number;
	/** An expression, or the names themselves. */
	names: string | readonly string[];
	/** Queue whose messages it counts. */
	queue?: string;
}

/** Use of bounds. */
export interface Borrowing {
	/** Calls of a month in which shards borrow. */
	calls: number;
	/** Counters that come to their bound in a period, on average. */
	full: number;
}

/** Plan of a namespace under its load. */
export interface NamespacePlan {
	namespace: Planned;
	load: Load;
	/** Use of a month. */
	month: Usage;
	/** Use of a day. */
	day: Usage;
	/** None where nobody counts. */
	staleness: Lags | undefined;
	headroom: Headroom;
	shortfalls: Shortfall[];
	/** None where totals have no bounds. */
	borrowing: Borrowing | undefined;
}

/** Plan of a configuration under a load, with its cost. */
export interface Plan {
	namespaces: NamespacePlan[];
	bill: Bill;
	/** Days' amounts of the Free plan that do not suffice. */
	exhausted: Exhausted[];
}

/** @param loads one for each of the namespaces */
export function planOf(
	namespaces: readonly Planned[],
	loads: readonly Load[],
): Plan {
	const all = namespaces.flatMap((namespace, n) => {
		const load = loads[n];
		return load ? [namespacePlanOf(namespace, load)] : [];
	});
	return {
		namespaces: all,
		bill: billOf(sumOf(all.map(({ month }) => month))),
		exhausted: exhaustedOf(sumOf(all.map(({ day }) => day))),
	};
}

function namespacePlanOf(namespace: Planned, load: Load): NamespacePlan {
	const headroom = headroomOf(namespace, load, CLOUDFLARE);
	const shortfalls = shortfallsOf(namespace, load);
	if (load.rate === 0)
		return {
			namespace,
			load,
			month: readingOnly(load, MONTH_S),
			day: readingOnly(load, DAY_S),
			staleness: undefined,
			headroom,
			shortfalls,
			borrowing: namespace.total && { calls: 0, full: 0 },
		};
	const model = modelOf(namespace, load, CLOUDFLARE);
	return {
		namespace,
		load,
		month: monthOf(model),
		day: steadyUsage(model, DAY_S),
		staleness: stalenessOf(model),
		headroom,
		shortfalls,
		borrowing: namespace.total && {
			calls: borrowingOf(model),
			full: model.loans.full,
		},
	};
}
