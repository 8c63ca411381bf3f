import { nextStart, startOf, type Unit } from "./calendar.ts";

/** Buckets of a kind that are remembered: a thousand of them take 0.2 s to find. */
const MAX_REMEMBERED = 4_000;

/** A time zone, and the moment from which buckets begin by it. */
export interface Era {
	/** Milliseconds since 1970; 0 for the first. */
	since: number;
	timeZone: string;
}

/**
 * Finds where buckets begin and end. The one that is under way when the time zone
 * changes ends where the new zone's next one begins.
 */
export class Bounds {
	readonly #eras: readonly Era[];
	/** Ends of buckets by their beginning, and beginnings by the end. */
	readonly #ends = new Map<Unit, Map<number, number>>();
	readonly #starts = new Map<Unit, Map<number, number>>();

	/** @param eras in their order; one at the least */
	constructor(eras: readonly Era[]) {
		this.#eras = eras;
	}

	/** Finds when the bucket began that a moment is in; milliseconds since 1970. */
	start(unit: Unit, at: number): number {
		return this.#startIn(this.#indexAt(at), unit, at);
	}

	/** Finds when the bucket ends that begins with a moment. */
	after(unit: Unit, start: number): number {
		return remembered(this.#ends, unit, start, () => this.end(unit, start));
	}

	/** Finds when the bucket begins that ends with a moment. */
	before(unit: Unit, end: number): number {
		return remembered(this.#starts, unit, end, () => this.start(unit, end - 1));
	}

	/** Finds when the bucket ends that a moment is in. */
	end(unit: Unit, at: number): number {
		let index = this.#indexAt(at);
		let end = nextStart(unit, at, this.#zone(index));
		for (;;) {
			const next = this.#eras[++index];
			if (!next || next.since >= end) return end;
			if (startOf(unit, next.since, next.timeZone) === next.since)
				return next.since;
			end = nextStart(unit, next.since, next.timeZone);
		}
	}

	#startIn(index: number, unit: Unit, at: number): number {
		const start = startOf(unit, at, this.#zone(index));
		const since = this.#eras[index]?.since ?? 0;
		return index === 0 || start >= since
			? start
			: this.#startIn(index - 1, unit, since);
	}

	#indexAt(at: number): number {
		const later = this.#eras.findIndex(({ since }) => since > at);
		return (later < 0 ? this.#eras.length : Math.max(1, later)) - 1;
	}

	#zone(index: number): string {
		return this.#eras[index]?.timeZone ?? "UTC";
	}
}

function remembered(
	memory: Map<Unit, Map<number, number>>,
	unit: Unit,
	at: number,
	find: () => number,
): number {
	let known = memory.get(unit);
	if (!known || known.size >= MAX_REMEMBERED) {
		known = new Map();
		memory.set(unit, known);
	}
	const found = known.get(at) ?? find();
	known.set(at, found);
	return found;
}
