/** A fault: from when until when it can be felt, and by whom. */
interface Trouble {
	from: number;
	until: number;
	who: readonly (string | undefined)[];
}

/** Names the one in trouble when an object's clock jumps. */
export function clockOf(object: string): string {
	return `the clock of ${object}`;
}

/** Troubles that the simulator made for objects, for judges of their excuses. */
export class Troubles {
	readonly #all: Trouble[] = [];

	/** Something goes wrong at a moment or, if `until` is later, for so long. */
	add(
		who: readonly (string | undefined)[],
		from: number,
		until: number = from,
	): void {
		this.#all.push({ from, until, who });
	}

	/** Tells whether something was wrong with one of these in that time. */
	explain(who: readonly string[], begin: number, end: number): boolean {
		return this.#all.some(
			(one) =>
				one.from <= end &&
				one.until >= Math.floor(begin) &&
				one.who.some((name) => name !== undefined && who.includes(name)),
		);
	}
}
