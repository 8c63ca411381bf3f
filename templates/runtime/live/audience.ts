import type { Names } from "./contract.ts";

/** Viewers of the same names. */
export interface Group<Viewer> {
	readonly names: Names;
	readonly viewers: Set<Viewer>;
}

/** Viewers of a live object, by what they watch: those of equal lists share a text. */
export class Audience<Viewer> {
	readonly #groups = new Map<string, Group<Viewer>>();
	readonly #groupOf = new Map<Viewer, Group<Viewer>>();
	/** Groups that watch a name. */
	readonly #watched = new Map<string, number>();

	get viewers(): Iterable<Viewer> {
		return this.#groupOf.keys();
	}

	get size(): number {
		return this.#groupOf.size;
	}

	/** Tells whether somebody watches all counters. */
	get isAll(): boolean {
		return this.#groups.has(keyOf(true));
	}

	get groups(): Iterable<Group<Viewer>> {
		return this.#groups.values();
	}

	/** Distinct names that are watched by name. */
	get named(): number {
		return this.#watched.size;
	}

	/** All that is watched. */
	names(): Names {
		return this.isAll || [...this.#watched.keys()];
	}

	watches(name: string): boolean {
		return this.isAll || this.#watched.has(name);
	}

	/** Counts the names of a list that nobody watches yet by name. */
	unwatched(names: Names): number {
		if (names === true) return 0;
		return names.filter((name) => !this.#watched.has(name)).length;
	}

	groupOf(viewer: Viewer): Group<Viewer> | undefined {
		return this.#groupOf.get(viewer);
	}

	/** @param names without repetitions, in their order */
	add(viewer: Viewer, names: Names): void {
		const key = keyOf(names);
		let group = this.#groups.get(key);
		if (!group) {
			group = { names, viewers: new Set() };
			this.#groups.set(key, group);
			if (names !== true)
				for (const name of names)
					this.#watched.set(name, (this.#watched.get(name) ?? 0) + 1);
		}
		group.viewers.add(viewer);
		this.#groupOf.set(viewer, group);
	}

	/** Returns true if what it watched may have no other viewer. */
	remove(viewer: Viewer): boolean {
		const group = this.#groupOf.get(viewer);
		this.#groupOf.delete(viewer);
		if (!group) return false;
		group.viewers.delete(viewer);
		if (group.viewers.size > 0) return false;
		const { names } = group;
		this.#groups.delete(keyOf(names));
		if (names !== true)
			for (const name of names) {
				const others = (this.#watched.get(name) ?? 0) - 1;
				if (others > 0) this.#watched.set(name, others);
				else this.#watched.delete(name);
			}
		return true;
	}
}

function keyOf(names: Names): string {
	return JSON.stringify(names);
}
