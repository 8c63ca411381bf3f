import type { Namespace } from "./namespaces.ts";

export type Entry = readonly [name: string, by: number];

/** Lost increments that may still turn up. */
const MAX_OPEN_INCREMENTS = 6;

/** Contents of one namespace, by the answers that it gave. */
export class Model {
	readonly namespace: Namespace;
	totals = new Map<string, number>();
	/** Names that there may be room for though nothing was counted under them. */
	readonly maybe = new Set<string>();
	/** True if all names that have room are known, with these. */
	roomKnown = true;
	/** Moment of the last reset; milliseconds since 1970. */
	resetAt = 0;
	/** Increments of each key, as text; undefined where they are not known. */
	readonly keys = new Map<string, string | undefined>();
	/** Increments that may have been counted, with no answer. */
	#open: (readonly Entry[])[] = [];
	#unsure = false;
	/** True if numbers came so near to 2^53 that a shard may be full of them. */
	heavy = false;

	constructor(namespace: Namespace) {
		this.namespace = namespace;
	}

	count(entries: readonly Entry[]): void {
		for (const [name, by] of entries) {
			this.totals.set(name, (this.totals.get(name) ?? 0) + by);
			if (Math.abs(by) > 1e13) this.heavy = true;
		}
	}

	/** There may have been an increment. */
	perhaps(entries: readonly Entry[], key?: string): void {
		this.#open = [...this.#open, entries].slice(-MAX_OPEN_INCREMENTS);
		for (const [name] of entries) this.maybe.add(name);
		if (key !== undefined) this.keys.set(key, undefined);
	}

	/** Nobody knows what was done: what is read next is what there is. */
	perhapsAnything(key?: string): void {
		if (key !== undefined) this.keys.set(key, undefined);
		this.#unsure = true;
		this.roomKnown = false;
	}

	/** One counter or all of them are gone. */
	reset(name?: string): void {
		this.resetAt = Date.now();
		if (name === undefined) {
			this.totals.clear();
			this.maybe.clear();
			this.roomKnown = true;
		} else {
			this.totals.delete(name);
			this.maybe.delete(name);
		}
	}

	/**
	 * Compares with what was read, and goes on from that.
	 *
	 * @returns the differences, unless increments without an answer explain them
	 */
	compare(read: ReadonlyMap<string, number>): string[] {
		const before = differences(this.totals, read);
		const settled = this.#unsure || (before.length > 0 && this.#settle(read));
		this.#unsure = false;
		this.totals = new Map(read);
		return settled ? [] : before;
	}

	/** Tells whether some of the lost increments, each whole, make up for it all. */
	#settle(read: ReadonlyMap<string, number>): boolean {
		for (let choice = 1; choice < 2 ** this.#open.length; choice++) {
			const chosen = this.#open.filter((_, n) => choice & (1 << n));
			const totals = new Map(this.totals);
			for (const [name, by] of chosen.flat())
				totals.set(name, (totals.get(name) ?? 0) + by);
			if (differences(totals, read).length > 0) continue;
			this.#open = this.#open.filter((one) => !chosen.includes(one));
			return true;
		}
		return false;
	}
}

function differences(
	expected: ReadonlyMap<string, number>,
	read: ReadonlyMap<string, number>,
): string[] {
	const names = new Set([...expected.keys(), ...read.keys()]);
	return [...names]
		.filter((name) => !same(expected.get(name), read.get(name)))
		.map(
			(name) =>
				`${JSON.stringify(name)} is ${read.get(name)}, must be ${expected.get(name)}`,
		);
}

/** Past 2^53 a total stays where it is, in an order that nobody knows. */
function same(expected: number | undefined, read: number | undefined): boolean {
	return (
		expected === read || Math.abs(expected ?? 0) > Number.MAX_SAFE_INTEGER / 2
	);
}

/** Entries that are equal have equal ones, whatever their order. */
export function fingerprint(entries: readonly Entry[]): string {
	return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
