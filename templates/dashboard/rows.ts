import type { Totals } from "./totals.ts";

/** Counters on one page of the table. */
const PAGE_ROWS = 25;

/** A line of the table. */
export interface Row {
	name: string;
	total: number;
	/** Missing if KV does not have it. */
	published: number | undefined;
	/** Difference to when the page was opened. */
	rise: number;
}

export type Column = keyof Row;

/** Choice of rows, and their order. */
export interface View {
	/** Part of the names, in letters of either case. */
	search: string;
	by: Column;
	isDown: boolean;
	/** From 0. */
	page: number;
}

export interface ShownRows {
	rows: readonly Row[];
	/** Rows that the search found, on all pages. */
	found: number;
	/** Number of the page that is shown, from 0. */
	page: number;
	pages: number;
	/** Number of the first of the rows, from 1. */
	first: number;
}

/** Takes the rows of one page. */
export function shownRows(
	{ counters }: Totals,
	published: ReadonlyMap<string, number> | undefined,
	{ search, by, isDown, page }: View,
): ShownRows {
	const part = search.toLowerCase();
	const found: Row[] = [];
	for (const [name, { last, rise }] of counters)
		if (name.toLowerCase().includes(part))
			found.push({ name, total: last, published: published?.get(name), rise });
	found.sort((a, b) => {
		const order = compare(a[by], b[by]);
		// Equal rows stay where they are from one look to the next.
		return order === 0 ? compare(a.name, b.name) : isDown ? -order : order;
	});
	const pages = Math.max(1, Math.ceil(found.length / PAGE_ROWS));
	const shown = Math.min(page, pages - 1);
	const start = shown * PAGE_ROWS;
	return {
		rows: found.slice(start, start + PAGE_ROWS),
		found: found.length,
		page: shown,
		pages,
		first: start + 1,
	};
}

function compare(a: Row[Column], b: Row[Column]): number {
	if (a === b) return 0;
	if (a === undefined) return -1;
	if (b === undefined) return 1;
	return a < b ? -1 : 1;
}
