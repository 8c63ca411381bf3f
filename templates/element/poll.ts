import { Feed } from "./feed.ts";
import { listsOf, readTotals } from "./read.ts";

/** Time between two reads of a counter; a random fifth comes on top. */
const POLL_MS = 15_000;

/** Reads what is watched again and again, as published to KV. */
export class Poll extends Feed {
	#timer = 0;
	/** Moments of the next reads, by counter. */
	readonly #due = new Map<string, number>();

	protected override update(): void {
		clearTimeout(this.#timer);
		// Others that come on the screen with this one share its request.
		this.#timer = setTimeout(() => this.#poll());
	}

	/** Lists the counters to read. */
	protected polled(): string[] {
		return this.watched();
	}

	#poll(): void {
		const polled = this.polled();
		if (polled.length === 0) return;
		const now = Date.now();
		const due = polled.filter((name) => now >= (this.#due.get(name) ?? 0));
		for (const name of due) this.#due.set(name, now + POLL_MS);
		for (const names of listsOf(due)) void this.read(names);
		const next = POLL_MS * (1 + Math.random() / 5);
		this.#timer = setTimeout(() => this.#poll(), next);
	}

	protected async read(names: readonly string[]): Promise<void> {
		const totals = await readTotals(this.base, names);
		if (!totals) return;
		const { values, moment } = totals;
		// Not every place has the newest yet: no total goes back for that.
		for (const [name, total] of values)
			if (moment >= (this.momentOf(name) ?? 0)) this.show(name, total, moment);
	}
}
