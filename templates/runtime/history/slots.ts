import type { Amount, Entry, SlotItem } from "../protocol.ts";

/** Length of a slot by which slots are counted; milliseconds. */
export const SLOT_MS = 60_000;

/** Slots in a quarter of an hour: every zone's hours and days begin with one. */
export const QUARTER_SLOTS = 15;

/** Finds the slot of a moment; slots are `width` apart. */
export function slotOf(at: number, width: number): number {
	const slot = Math.floor(at / SLOT_MS);
	return slot - (slot % width);
}

/** Divides entries by the slots that were said of them; old code's have none. */
export function bySlot(
	entries: readonly Entry[],
	items: readonly SlotItem[],
): (readonly [slot: number | undefined, Amount[]])[] {
	const rest = new Map(entries);
	let restSlot: number | undefined;
	const parts = new Map<number | undefined, Amount[]>();
	for (const [slot, name, value, ...place] of items) {
		if (name === undefined || value === undefined) {
			restSlot = slot;
			continue;
		}
		rest.set(name, (rest.get(name) ?? 0) - value);
		const part = parts.get(slot) ?? [];
		part.push([name, value, ...place]);
		parts.set(slot, part);
	}
	const left = [...rest].filter(([, value]) => value !== 0);
	if (left.length > 0)
		parts.set(restSlot, [...(parts.get(restSlot) ?? []), ...left]);
	return [...parts];
}
