import type { NamespaceClient } from "../client/client.ts";
import { pages } from "../client/pages.ts";
import { UNITS, type Unit } from "../client/past.ts";
import type { Wanted } from "./counters.ts";

/** Sums of what a counter has by kind of buckets. */
export type PastSums = { [unit in Unit]?: number };

/** State of some counters in a namespace. */
export interface Known {
	/** Exact totals; those never counted are left out. */
	totals: ReadonlyMap<string, number>;
	/** Past of the counter, as JSON; undefined where the namespace keeps none. */
	pasts: ReadonlyMap<string, string> | undefined;
	/** Sums of that. */
	sums: ReadonlyMap<string, PastSums>;
}

/**
 * Reads what a namespace has of some counters.
 *
 * @param hasPast asks for what was counted when as well
 */
export async function readKnown(
	client: NamespaceClient,
	wanted: readonly Wanted[],
	hasPast: boolean,
): Promise<Known> {
	const names = new Set(wanted.map(({ counter }) => counter));
	const totals = new Map<string, number>();
	const pasts = new Map<string, string>();
	const sums = new Map<string, PastSums>();
	let isKept = false;
	for await (const page of pages(
		client,
		"exact",
		hasPast ? "past" : undefined,
	)) {
		isKept = page.hasPast;
		for (const [counter, value, past] of page.entries) {
			if (!names.has(counter)) continue;
			totals.set(counter, value);
			if (!past) continue;
			pasts.set(counter, JSON.stringify(past));
			const sum: PastSums = {};
			for (const unit of UNITS)
				for (const value of Object.values(past[unit] ?? {}))
					sum[unit] = (sum[unit] ?? 0) + value;
			sums.set(counter, sum);
		}
	}
	return { totals, pasts: isKept ? pasts : undefined, sums };
}
