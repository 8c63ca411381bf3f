import type { NamespaceClient } from "../client/client.ts";
import { pages } from "../client/pages.ts";
import type { Wanted } from "./parse.ts";

/** The exact totals of some counters; of those never counted, none. Admin. */
export async function exactTotals(
	client: NamespaceClient,
	signal: AbortSignal,
	wanted: readonly Wanted[],
): Promise<Map<string, number>> {
	const names = new Set(wanted.map(({ counter }) => counter));
	const totals = new Map<string, number>();
	for await (const { entries } of pages(client, signal, "exact"))
		for (const [counter, value] of entries)
			if (names.has(counter)) totals.set(counter, value);
	return totals;
}
