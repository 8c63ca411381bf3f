import { Feed } from "./feed.ts";
import { readTotal } from "./read.ts";

/** Time between two reads of a counter; a random fifth comes on top. */
const POLL_MS = 15_000;

/** Reads what is watched again and again, as published to KV. */
export class Poll extends Feed {
	#timer = 0;
	/** Moments of the next reads, by counter. */
	readonly #due = new Map<string, number>();
	/** Moments that the shown totals are from. */
	readonly #asOf = new Map<string, string>();

	protected override update(): void {
		clearTimeout(this.#timer);
		const watched = this.watched();
		if (watched.length === 0) return;
		const now = Date.now();
		for (const name of watched)
			if (now >= (this.#due.get(name) ?? 0)) {
				this.#due.set(name, now + POLL_MS);
				void this.#read(name);
			}
		const next = POLL_MS * (1 + Math.random() / 5);
		this.#timer = setTimeout(() => this.update(), next);
	}

	async #read(name: string): Promise<void> {
		const total = await readTotal(this.base, name);
		// Not every place has the newest yet: a total must not go back for that.
		if (!total || total.asOf < (this.#asOf.get(name) ?? "")) return;
		this.#asOf.set(name, total.asOf);
		this.show(name, total.value);
	}
}
