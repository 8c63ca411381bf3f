/** Takes the total of a counter whenever it may have changed. */
export type Show = (total: number) => void;

interface Total {
	value: number;
	/** Moment that it is from, in milliseconds; 0 if nobody knows. */
	moment: number;
}

/** Brings the totals of one namespace to the elements that show them. */
export abstract class Feed {
	/** Address of the namespace; ends in a slash. */
	protected readonly base: string;
	readonly #shows = new Map<string, Set<Show>>();
	readonly #totals = new Map<string, Total>();

	constructor(base: string) {
		this.base = base;
		document.addEventListener("visibilitychange", () => this.update());
	}

	/** Follows a counter until the returned function is called. */
	follow(name: string, show: Show): () => void {
		const shows = this.#shows.get(name) ?? new Set();
		this.#shows.set(name, shows.add(show));
		const total = this.#totals.get(name);
		if (total) show(total.value);
		this.update();
		return () => {
			shows.delete(show);
			if (shows.size === 0) this.#shows.delete(name);
			this.update();
		};
	}

	/** Lists the counters that someone may be looking at. */
	protected watched(): string[] {
		return document.hidden ? [] : [...this.#shows.keys()];
	}

	/** Finds the moment that the total of a counter is from; undefined if none was had. */
	protected momentOf(name: string): number | undefined {
		return this.#totals.get(name)?.moment;
	}

	protected show(name: string, value: number, moment: number): void {
		this.#totals.set(name, { value, moment });
		for (const show of this.#shows.get(name) ?? []) show(value);
	}

	/** Begins, goes on or stops, as what is watched now asks for. */
	protected abstract update(): void;
}
