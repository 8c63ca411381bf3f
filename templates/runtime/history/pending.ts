import { itemsOf, type Placement } from "./placing.ts";

/** Counts of a counter that shards hold, as they would be in buckets. */
export interface Pending {
	/** Sums by slot … */
	slots: readonly (readonly [slot: number, sum: number])[];
	/** … and what was counted elsewhere: in buckets of that level, and coarser ones. */
	elsewhere: readonly (readonly [level: number, slot: number, sum: number])[];
}

const NOTHING: Pending = { slots: [], elsewhere: [] };

/** Divides what was placed by counters. */
export function pendingOf(placement: Placement): (name: string) => Pending {
	const names = new Map<
		string,
		{
			slots: [slot: number, sum: number][];
			elsewhere: [level: number, slot: number, sum: number][];
		}
	>();
	const of = (name: string) => {
		const known = names.get(name) ?? { slots: [], elsewhere: [] };
		names.set(name, known);
		return known;
	};
	for (const [slot, name, value] of itemsOf(placement))
		of(name).slots.push([slot, value]);
	for (const { name, level, slot, value } of placement.elsewhere)
		of(name).elsewhere.push([level, slot, value]);
	return (name) => names.get(name) ?? NOTHING;
}
