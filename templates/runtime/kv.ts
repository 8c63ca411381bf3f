import { type Totals, toRecord } from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";

/** Totals as published: `asOf` is missing before the first publication. */
export interface Published {
	counters: Record<string, number>;
	/** When these were the totals; milliseconds since 1970. */
	asOf: number | undefined;
}

/**
 * How long a location may answer from its own copy; seconds. The least that KV
 * takes. https://developers.cloudflare.com/kv/api/read-key-value-pairs/
 */
const CACHE_TTL = 30;

/** The key that holds a namespace's totals. */
export function kvKey(kvPrefix: string): string {
	return `${kvPrefix}~counters`;
}

/** Writes all totals as one JSON object; the moment goes into its metadata. */
export async function writeTotals(
	kv: KVNamespace,
	kvPrefix: string,
	{ entries, asOf }: Totals,
): Promise<void> {
	const value = JSON.stringify(toRecord(entries));
	await kv.put(kvKey(kvPrefix), value, { metadata: { asOf } });
}

/**
 * The totals under the current key or, as long as nothing was published there,
 * under the newest earlier one that has some.
 */
export async function readTotals(
	kv: KVNamespace,
	{
		kvPrefix,
		earlierKvPrefixes,
	}: Pick<CounterSettings, "kvPrefix" | "earlierKvPrefixes">,
): Promise<Published> {
	for (const prefix of [kvPrefix, ...earlierKvPrefixes]) {
		const { value, metadata } = await kv.getWithMetadata<
			Record<string, number>,
			{ asOf: number }
		>(kvKey(prefix), { type: "json", cacheTtl: CACHE_TTL });
		if (value !== null)
			return {
				counters: toRecord(Object.entries(value)),
				asOf: metadata?.asOf,
			};
	}
	return { counters: toRecord([]), asOf: undefined };
}
