import type { Entry } from "../protocol.ts";
import type { Names, Push, Watched } from "./contract.ts";

/** A total, and a turn that it is of. */
interface Known {
	value: number;
	turn: number;
	/** Change of the board that brought this value. */
	change: number;
}

/**
 * Totals that a live object knows of one global storage, none from before the
 * last reset. What is known is kept up by pushes, so it is of their turn, too.
 */
export class Board {
	readonly birth: number;
	readonly #known = new Map<string, Known>();
	/** Number of changes of what is known. */
	#changes = 0;
	/** Turn of the last reset. */
	#reset = 0;
	/** The highest turn that anything here is of. */
	#turn = 0;
	/** Turn of the last push. */
	#through = 0;
	/** All counters are known since this turn: one that is missing is 0. */
	#allSince: number | undefined;

	constructor(birth: number) {
		this.birth = birth;
	}

	get reset(): number {
		return this.#reset;
	}

	/** The last change of what is known. */
	get change(): number {
		return this.#changes;
	}

	/** Nothing here is of a later turn. */
	get turn(): number {
		return this.#turn;
	}

	/** Names that are known; a missing one may be 0. */
	get size(): number {
		return this.#known.size;
	}

	/** Finds the turn that all of some names are of at the least; none if one is not known. */
	asOf(names: Names): number | undefined {
		const all = this.#allSince;
		if (names === true)
			return all === undefined ? undefined : Math.max(all, this.#through);
		let least = Infinity;
		for (const name of names) {
			const turn = this.#known.get(name)?.turn ?? all;
			if (turn === undefined) return undefined;
			least = Math.min(least, Math.max(turn, this.#through));
		}
		return least;
	}

	/** Lists the names of which nothing is known. */
	unknown(names: readonly string[]): string[] {
		if (this.#allSince !== undefined) return [];
		return names.filter((name) => !this.#known.has(name));
	}

	/** Lists those of some names whose totals became known, or others, after a change. */
	changed(names: Names, after: number): string[] {
		const isNewer = (name: string) =>
			(this.#known.get(name)?.change ?? 0) > after;
		return names === true
			? [...this.#known.keys()].filter(isNewer)
			: names.filter(isNewer);
	}

	/** The totals of some names; of one that is not known, 0. */
	entries(names: Names): Entry[] {
		if (names === true)
			return [...this.#known].map(([name, { value }]) => [name, value]);
		return names.map((name) => [name, this.#known.get(name)?.value ?? 0]);
	}

	/**
	 * Takes an answer to a watch.
	 *
	 * @returns false if a reset has come since: then it must be asked for again
	 */
	watched(names: Names, { turn, reset, values }: Watched): boolean {
		if (reset < this.#reset) return false;
		this.#begin(reset);
		const found = new Map(values);
		for (const name of names === true ? found.keys() : names)
			this.#put(name, found.get(name) ?? 0, turn);
		if (names === true) this.#allSince = Math.max(this.#allSince ?? 0, turn);
		this.#turn = Math.max(this.#turn, turn);
		return true;
	}

	/**
	 * Takes what a push brings of the names that are watched.
	 *
	 * @returns false if it is of before a reset: what it brings, that brings too
	 */
	pushed(
		{ from, to, reset, values }: Push,
		isWatched: (name: string) => boolean,
	): boolean {
		if (reset < this.#reset) return false;
		const found = new Map(values);
		if (reset > from) this.#zero(to, found);
		this.#begin(reset);
		for (const [name, value] of found)
			if (isWatched(name)) this.#put(name, value, to);
		this.#through = Math.max(this.#through, to);
		this.#turn = Math.max(this.#turn, to);
		return true;
	}

	/** Forgets what nobody watches any more: it is not pushed any more. */
	keep(isAll: boolean, isWatched: (name: string) => boolean): void {
		if (!isAll) this.#allSince = undefined;
		for (const name of this.#known.keys())
			if (!isWatched(name)) this.#known.delete(name);
	}

	/** A lower turn never replaces a higher one. */
	#put(name: string, value: number, turn: number): void {
		const known = this.#known.get(name);
		if ((known?.turn ?? 0) > turn) return;
		const change = known?.value === value ? known.change : ++this.#changes;
		this.#known.set(name, { value, turn, change });
	}

	/** Forgets what is of before a reset. */
	#begin(reset: number): void {
		if (reset <= this.#reset) return;
		this.#reset = reset;
		for (const [name, { turn }] of this.#known)
			if (turn < reset) this.#known.delete(name);
		if ((this.#allSince ?? 0) < reset) this.#allSince = undefined;
	}

	/**
	 * All that was known before a turn is 0 in it, but for what it brings.
	 * Keeps totals of that turn itself: they may have been asked for since.
	 */
	#zero(turn: number, but: ReadonlyMap<string, number>): void {
		for (const [name, known] of this.#known)
			if (known.turn < turn && !but.has(name)) this.#put(name, 0, turn);
		if (this.#allSince !== undefined)
			this.#allSince = Math.max(this.#allSince, turn);
	}
}
