import { performance } from "node:perf_hooks";

/** Start of requests, and the end of that. */
export type Pace = {
	/** Requests under way at a time, each on a connection of its own. */
	concurrency: number;
	/** Requests a second to start; without it, as fast as answers come. */
	rate?: number | undefined;
} & (
	| { requests: number; seconds?: undefined }
	/** Requests under way by then are waited for. */
	| { requests?: undefined; seconds: number }
);

/** The n-th request, and the moment at which it should start. */
export interface Turn {
	n: number;
	due: number;
}

/** Gives out turns, in order, from the moment it is made. */
export class Schedule {
	readonly #from: number = performance.now();
	readonly #last: number;
	readonly #end: number;
	readonly #every: number | undefined;
	#n: number;

	/** @param first the number of the first turn; those before it have been taken */
	constructor({ rate, requests, seconds }: Pace, first: number) {
		this.#n = first;
		this.#last = (requests ?? Infinity) - 1;
		this.#end = this.#from + (seconds ?? Infinity) * 1000;
		this.#every = rate && 1000 / rate;
	}

	/**
	 * Takes the next turn, perhaps one that is overdue; undefined once it is
	 * over.
	 */
	take(): Turn | undefined {
		const n = this.#n;
		const now = performance.now();
		const due = this.#every ? this.#from + n * this.#every : now;
		if (n > this.#last || Math.max(now, due) >= this.#end) return undefined;
		this.#n++;
		return { n, due };
	}
}
