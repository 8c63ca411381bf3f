/** Holds no bucket back: its code stamps nothing, or it is retired and empty. */
const HOLDS_NOTHING_BACK = Number.POSITIVE_INFINITY;

/**
 * Knows of each shard the slot before which it brings nothing any more, and so up to
 * which slot nothing is added to buckets. Marks are the shards' word: lost with
 * memory, but for what the journal has.
 */
export class Marks {
	readonly #marks = new Map<number, number>();
	/** Slots for which a shard that is silent holds others back. */
	readonly #hold: number;
	#low: number;

	/** @param low the slot up to which buckets were known to be final */
	constructor(low: number, hold: number) {
		this.#low = low;
		this.#hold = hold;
	}

	/** Nothing is added before this slot; it never falls. */
	get low(): number {
		return this.#low;
	}

	/** Notes what a shard said of itself; code without history says nothing. */
	heard(shard: number, mark: number = HOLDS_NOTHING_BACK): void {
		const known = this.#marks.get(shard) ?? HOLDS_NOTHING_BACK;
		const isOlder = known !== HOLDS_NOTHING_BACK && mark < known;
		if (!isOlder) this.#marks.set(shard, mark);
	}

	/** Leaves a shard out until it speaks. */
	leaveOut(shard: number): void {
		this.#marks.set(shard, HOLDS_NOTHING_BACK);
	}

	/** Finds the shards whose mark lies before a slot. */
	before(slot: number, shards: readonly number[]): number[] {
		return shards.filter((shard) => (this.#marks.get(shard) ?? 0) < slot);
	}

	/** The lower of a clock's slot and the highest mark: no single clock decides. */
	agreed(clock: number): number {
		const marks = [...this.#marks.values()];
		const finite = marks.filter((mark) => mark !== HOLDS_NOTHING_BACK);
		return Math.min(clock, Math.max(0, ...finite));
	}

	/** Raises the lowest mark to what all these shards, and the clock, allow. */
	advance(clock: number, shards: readonly number[]): void {
		const marks = shards.map((shard) => this.#marks.get(shard) ?? 0);
		const low = Math.min(clock, ...marks);
		this.#low = Math.max(this.#low, low, this.agreed(clock) - this.#hold);
	}
}
