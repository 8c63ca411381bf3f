/** How many counters there are, and what their values add up to. */
export interface Sum {
	counters: number;
	/** Exact, however large. */
	sum: bigint;
}

/** In words, the same for an export and an import, to be compared. */
export function sumText({ counters, sum }: Sum): string {
	return `${counters} counter${counters === 1 ? "" : "s"}, sum ${sum}`;
}
