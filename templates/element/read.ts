/** Most counters of a request or socket … */
const MAX_NAMES = 50;

/** … and the characters that they may have in its URL. */
const MAX_QUERY_CHARACTERS = 6_000;

/** Totals as they were published. */
export interface Totals {
	values: Map<string, number>;
	/** Moment that they are from, in milliseconds; 0 if nobody knows. */
	moment: number;
}

/**
 * Divides counters into lists for a request or socket each. Leaves out what no URL
 * can carry: halves of characters.
 */
export function listsOf(names: readonly string[]): string[][] {
	const lists: string[][] = [];
	let room = 0;
	for (const name of names) {
		if (/\p{Surrogate}/u.test(name)) continue;
		const { length } = encodeURIComponent(name);
		room -= length + 1;
		if (room < 0 || lists.at(-1)?.length === MAX_NAMES) {
			lists.push([]);
			room = MAX_QUERY_CHARACTERS - length - 1;
		}
		lists.at(-1)?.push(name);
	}
	return lists;
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
		const asOf = answer.headers.get("Counter-As-Of") ?? "";
		return { values, moment: Date.parse(asOf) || 0 };
	} catch {
		return undefined;
	}
}
