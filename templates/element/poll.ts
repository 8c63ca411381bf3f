import { Feed } from "./feed.ts";
import { listsOf, readTotals } from "./read.ts";

/** Time between two reads of a counter; a random fifth comes on top. */
const POLL_MS = 15_000;

/** Reads what is watched again and again, as published to KV. */
export class Poll extends Feed {
	#timer = 0;
	/** Moments of the next reads, by counter. */
	readonly #due = new Map<string, number>();
	/** Moment that the newest totals are from. */
	#asOf = "";

	protected override update(): void {
		clearTimeout(this.#timer);
		// Others that come on the screen with this one share its request.
		this.#timer = setTimeout(() => this.#poll());
	}

	#poll(): void {
		const watched = this.watched();
		if (watched.length === 0) return;
		const now = Date.now();
		const due = watched.filter((name) => now >= (this.#due.get(name) ?? 0));
		for (const name of due) this.#due.set(name, now + POLL_MS);
		for (const names of listsOf(due)) void this.#read(names);
		const next = POLL_MS * (1 + Math.random() / 5);
		this.#timer = setTimeout(() => this.#poll(), next);
	}

	async #read(names: readonly string[]): Promise<void> {
		const totals = await readTotals(this.base, names);
		if (!totals) return;
		// Not every place has the newest yet: no total goes back for that.
		const isNewest = totals.asOf >= this.#asOf;
		if (isNewest) this.#asOf = totals.asOf;
		for (const [name, total] of totals.values)
			if (isNewest || !this.isKnown(name)) this.show(name, total);
	}
}
