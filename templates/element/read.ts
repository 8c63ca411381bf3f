/** Most counters of a request or socket: their names fit into its URL. */
export const MAX_NAMES = 50;

/** Totals as they were published. */
export interface Totals {
	values: Map<string, number>;
	/** Moment that they are from, as ISO 8601; empty if nobody knows. */
	asOf: string;
}

/** Writes counters as the query that names them. */
export function queryOf(names: readonly string[]): string {
	return `counters=${names.map(encodeURIComponent)}`;
}

/** Reads totals; undefined if they cannot be had, which the page need not know. */
export async function readTotals(
	base: string,
	names: readonly string[],
): Promise<Totals | undefined> {
	try {
		const answer = await fetch(`${base}counters?${queryOf(names)}`);
		if (!answer.ok) return undefined;
		const values = new Map(Object.entries<number>(await answer.json()));
		return { values, asOf: answer.headers.get("Counter-As-Of") ?? "" };
	} catch {
		return undefined;
	}
}
