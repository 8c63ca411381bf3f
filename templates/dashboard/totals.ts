import { Series } from "./series.ts";

/** Totals of a namespace, and how they rose since the page was opened. */
export class Totals {
	/** By name. */
	readonly counters: Map<string, Series> = new Map();
	/** All of them added up; missing until they were read once. */
	sum: Series | undefined;
	/** Tells that the namespace has more counters than are read. */
	isCut = false;
	/** Rises by one with each reading. */
	revision = 0;
	/** Counters that were reset: they may come back, and began when they first did. */
	readonly #gone: Map<string, Series> = new Map();

	/**
	 * Takes a reading of all totals.
	 *
	 * @param isCut tells that there are more, whose names come later
	 */
	replace(values: Record<string, number>, isCut: boolean, now: number): void {
		this.isCut ||= isCut;
		if (!this.isCut) this.reset(values, now);
		this.forget(values);
		this.merge(values, now);
	}

	/** Sets the totals that these lack to 0. */
	reset(these: Record<string, number>, now: number): void {
		for (const [name, series] of this.counters)
			if (!Object.hasOwn(these, name)) series.add(now, 0);
	}

	/** Leaves out counters that are 0 and, after a reset, none of these any more. */
	forget(these: Record<string, number>): void {
		for (const [name, series] of this.counters) {
			if (series.last !== 0 || Object.hasOwn(these, name)) continue;
			this.counters.delete(name);
			this.#gone.set(name, series);
		}
		this.revision++;
	}

	/** Takes the totals that changed. */
	merge(values: Record<string, number>, now: number): void {
		for (const [name, total] of Object.entries(values)) {
			const series =
				this.counters.get(name) ??
				this.#gone.get(name) ??
				this.#begun(total, now);
			series.add(now, total);
			this.counters.set(name, series);
		}
		const sum = addUp(this.counters.values());
		if (this.sum) this.sum.add(now, sum);
		else this.sum = new Series(now, sum);
		this.revision++;
	}

	/** Finds the counter with the highest total. */
	highest(): string | undefined {
		let found: string | undefined;
		let most = -Infinity;
		for (const [name, { last }] of this.counters) {
			if (last <= most) continue;
			found = name;
			most = last;
		}
		return found;
	}

	/** A counter that was not there when the page was opened rose from 0. */
	#begun(total: number, now: number): Series {
		const wasThere = !this.sum || this.isCut;
		return new Series(now, wasThere ? total : 0);
	}
}

function addUp(all: Iterable<Series>): number {
	let sum = 0;
	for (const { last } of all) sum += last;
	return sum;
}
