/** Takes the total of a counter whenever it may have changed. */
export type Show = (total: number) => void;

/** Brings the totals of one namespace to the elements that show them. */
export abstract class Feed {
	/** Address of the namespace; ends in a slash. */
	protected readonly base: string;
	readonly #shows = new Map<string, Set<Show>>();
	readonly #totals = new Map<string, number>();

	constructor(base: string) {
		this.base = base;
		document.addEventListener("visibilitychange", () => this.update());
	}

	/** Follows a counter until the returned function is called. */
	follow(name: string, show: Show): () => void {
		const shows = this.#shows.get(name) ?? new Set();
		this.#shows.set(name, shows.add(show));
		const total = this.#totals.get(name);
		if (total !== undefined) show(total);
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

	/** Tells whether a total of the counter was ever had. */
	protected isKnown(name: string): boolean {
		return this.#totals.has(name);
	}

	protected show(name: string, total: number): void {
		this.#totals.set(name, total);
		for (const show of this.#shows.get(name) ?? []) show(total);
	}

	/** Begins, goes on or stops, as what is watched now asks for. */
	protected abstract update(): void;
}
