import type { KvPage } from "./kv.ts";

/** What was under a key of KV, parsed. */
export type KvValue =
	| { asOf: number | undefined; totals: ReadonlyMap<string, number> }
	| { asOf: number | undefined; pages: readonly KvPage[] };

/** How long a value may answer that KV may have replaced; milliseconds. */
const FRESH = 1_000;

/** Values kept, those that never change included; about 2 MB each at the most. */
const KEPT = 12;

/**
 * What an isolate has read of KV lately. Values may serve several requests,
 * other than promises. Most requests are so spared a hop, and all the parsing.
 */
export class KvMemory {
	readonly #now: () => number;
	readonly #values = new Map<string, { value: KvValue; until: number }>();
	#forgotten = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	get(key: string): KvValue | undefined {
		const known = this.#values.get(key);
		return known && this.#now() < known.until ? known.value : undefined;
	}

	/**
	 * To be called when a read of a key begins, and the answer with what it
	 * brought.
	 */
	reading(key: string): (value: KvValue, neverChanges: boolean) => void {
		const begun = this.#now();
		const forgotten = this.#forgotten;
		return (value, neverChanges) => {
			const known = this.#values.get(key)?.value;
			// Of two that were read at the same time the older may come last, even
			// after the newer one has had its second.
			const isOld = known
				? (known.asOf ?? 0) > (value.asOf ?? 0)
				: forgotten !== this.#forgotten;
			if (isOld) return;
			this.#values.delete(key);
			const until = neverChanges ? Infinity : begun + FRESH;
			this.#values.set(key, { value, until });
			const [oldest] = this.#values.keys();
			if (this.#values.size > KEPT && oldest !== undefined)
				this.#values.delete(oldest);
		};
	}

	/** What was read before, or is being read, answers no later read. */
	forget(): void {
		this.#forgotten++;
		this.#values.clear();
	}
}

/** The memory of this isolate. */
export const isolateMemory: KvMemory = new KvMemory(() => Date.now());
