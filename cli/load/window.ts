import type {
	Effect,
	ReadLevel,
	ReadRequest,
	ResetRequest,
} from "./history.ts";

/** Longest lag of reads where nothing fails; milliseconds. */
export type Staleness = Partial<Record<ReadLevel, number>>;

/** "in" if a read must have seen an effect, "out" if it cannot have. */
export type Sight = "in" | "out" | "either";

/**
 * Judges one counter of one effect against one read. An effect and a reset
 * each happened at some moment between their begin and their end.
 */
export function sight(
	effect: Effect,
	counter: string,
	resets: readonly ResetRequest[],
	{ level, begin, end }: Pick<ReadRequest, "level" | "begin" | "end">,
	staleness: Staleness,
): Sight {
	if (effect.begin > end) return "out";
	const lag = level === "exact" ? 0 : (staleness[level] ?? Infinity);
	let sight: Sight = effect.end + lag < begin ? "in" : "either";
	for (const reset of resets) {
		if (reset.outcome === "refused" || reset.begin > end) continue;
		if (reset.counter !== undefined && reset.counter !== counter) continue;
		const done = doneAt(reset, level);
		if (effect.end < reset.begin && done < begin) return "out";
		if (done >= effect.begin) sight = "either";
	}
	return sight;
}

/**
 * Finds the latest moment at which a reset took effect, as that kind of read
 * sees it.
 */
export function doneAt(reset: ResetRequest, level: ReadLevel): number {
	const isKnown =
		reset.outcome === "acknowledged" &&
		(level !== "kv" || reset.published !== false);
	return isKnown ? (reset.end ?? Infinity) : Infinity;
}

/** Bounds the answer of a read for a counter. */
export function windowOf(
	counter: string,
	read: Pick<ReadRequest, "level" | "begin" | "end">,
	effects: readonly Effect[],
	resets: readonly ResetRequest[],
	staleness: Staleness = {},
): { min: number; max: number } {
	let min = 0;
	let max = 0;
	for (const effect of effects)
		for (const [name, by] of effect.entries) {
			if (name !== counter) continue;
			const seen = sight(effect, counter, resets, read, staleness);
			if (seen === "in" || (seen === "either" && by < 0)) min += by;
			if (seen === "in" || (seen === "either" && by > 0)) max += by;
		}
	return { min, max };
}
