import type { KvPage } from "./kv.ts";

/** Value of a key of KV, parsed. */
export type KvValue =
	| { asOf: number | undefined; totals: ReadonlyMap<string, number> }
	| { asOf: number | undefined; pages: readonly KvPage[] };

/** Time for which a value may answer that KV may have replaced. */
const FRESH_MS = 1_000;

/** Holds what was read of a key; no value if that is known to be out of date. */
interface Known {
	value?: KvValue;
	/** Start of the read, on the isolate's clock. */
	begun: number;
	neverChanges: boolean;
}

/** Values kept, those that never change included; about 2 MB each at the most. */
const MAX_VALUES = 12;

/**
 * Remembers what an isolate has read of KV lately. Values may serve several requests,
 * other than promises. Most requests are so spared a hop, and all the parsing.
 */
export class KvMemory {
	readonly #now: () => number;
	readonly #values = new Map<string, Known>();
	#forgotten = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	get(key: string): KvValue | undefined {
		const known = this.#values.get(key);
		if (!known) return undefined;
		// A moment in the future is no fresher: the clock has stepped back.
		const age = this.#now() - known.begun;
		const isFresh = known.neverChanges || (age >= 0 && age < FRESH_MS);
		return isFresh ? known.value : undefined;
	}

	/**
	 * To be called when a read of a key begins, and the answer with what it
	 * brought.
	 */
	reading(key: string): (value: KvValue, neverChanges: boolean) => void {
		const begun = this.#now();
		const before = this.#values.get(key);
		const forgotten = this.#forgotten;
		return (value, neverChanges) => {
			const known = this.#values.get(key);
			const isLone = known === before && forgotten === this.#forgotten;
			if (isLone || neverChanges)
				this.#keep(key, { value, begun, neverChanges });
			// Of two that were read at the same time, either may be the newer one.
			else if (known?.value?.asOf !== value.asOf) this.forget(key);
		};
	}

	/**
	 * Has what was read, or is being read, answer no later read: of one key
	 * or, without it, of any.
	 */
	forget(key?: string): void {
		if (key === undefined) {
			this.#forgotten++;
			this.#values.clear();
		} else {
			this.#keep(key, { begun: this.#now(), neverChanges: false });
		}
	}

	#keep(key: string, known: Known): void {
		this.#values.delete(key);
		this.#values.set(key, known);
		if (this.#values.size <= MAX_VALUES) return;
		// Pages first: that a key was read is to be known as long as others read it.
		const page = [...this.#values].find(([, known]) => known.neverChanges);
		const [oldest = key] = this.#values.keys();
		this.#values.delete(page?.[0] ?? oldest);
	}
}

/** The memory of this isolate. */
export const isolateMemory: KvMemory = new KvMemory(() => Date.now());
