/** Rows, or runs of them, that are merged together. */
const FAN_IN = 4;

/**
 * Says how far rows of keys are sorted by the keys' places.
 *
 * Rows come in the order of time, each with any keys. Every four of them are
 * merged to a run: its n-th row has the keys whose place is n by modulo four.
 * Every four such runs are merged to one of sixteen rows, and so on. A merge
 * takes a step for each row of one of its runs: the rows with that number in the
 * four runs exchange their keys, in their own places. So rows never move, and
 * what is where follows from how many there are and how many steps were made.
 */
export interface KeyLayout {
	readonly rows: number;
	/** Steps that were made to merge runs of 1, 4, 16, … rows. */
	readonly steps: readonly number[];
}

export const NO_ROWS: KeyLayout = { rows: 0, steps: [] };

/** Rows that exchange keys, and which of them a place belongs to. */
export interface MergeStep {
	readonly rows: readonly number[];
	/** Picks one of `rows`, from 0. */
	indexOf(place: number): number;
	/** Layout once it is made. */
	readonly layout: KeyLayout;
}

/**
 * Lists the rows that may have a key: one of each run. While runs are merged,
 * that is where it was or where it is.
 */
export function rowsOf({ rows, steps }: KeyLayout, place: number): number[] {
	const found: number[] = [];
	for (let level = 0, runs = rows; runs > 0; level++) {
		const size = FAN_IN ** level;
		const merged = Math.floor((steps[level] ?? 0) / size);
		for (let run = merged * FAN_IN; run < runs; run++)
			found.push(run * size + (place % size));
		runs = merged;
	}
	return found;
}

/** Finds the next step to merge runs of that level; none while there are too few. */
export function stepAt(
	{ rows, steps }: KeyLayout,
	level: number,
): MergeStep | undefined {
	const size = FAN_IN ** level;
	const done = steps[level] ?? 0;
	const first = Math.floor(done / size) * FAN_IN;
	const runs =
		level === 0
			? rows
			: Math.floor((steps[level - 1] ?? 0) / FAN_IN ** (level - 1));
	if (runs < first + FAN_IN) return undefined;
	return {
		rows: Array.from(
			{ length: FAN_IN },
			(_, n) => (first + n) * size + (done % size),
		),
		indexOf: (place) => Math.floor(place / size) % FAN_IN,
		layout: { rows, steps: Object.assign([...steps], { [level]: done + 1 }) },
	};
}
