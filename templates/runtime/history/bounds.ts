import { nextStart, startOf, type Unit } from "./calendar.ts";

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

	/** @param eras in their order; one at the least */
	constructor(eras: readonly Era[]) {
		this.#eras = eras;
	}

	/** Finds when the bucket began that a moment is in; milliseconds since 1970. */
	start(unit: Unit, at: number): number {
		return this.#startIn(this.#indexAt(at), unit, at);
	}

	/** Finds when it ends. */
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
		return Math.max(
			0,
			this.#eras.findLastIndex(({ since }) => since <= at),
		);
	}

	#zone(index: number): string {
		return this.#eras[index]?.timeZone ?? "UTC";
	}
}
