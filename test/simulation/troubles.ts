/** What went wrong, for whom, and how long it can be felt. */
interface Trouble {
	at: number;
	who: readonly (string | undefined)[];
}

/**
 * The longest time from a fault to the refusal that it causes: a round of all
 * shards, a put to KV, and a message that takes seconds. Milliseconds.
 */
const FELT_MS = 120_000;

/** Who has trouble when an object's clock jumps. */
export function clockOf(object: string): string {
	return `the clock of ${object}`;
}

/** What the simulator has done to objects, for judges of their excuses. */
export class Troubles {
	readonly #all: Trouble[] = [];

	add(at: number, ...who: (string | undefined)[]): void {
		this.#all.push({ at, who });
	}

	/** Whether something had gone wrong with one of these in that time. */
	explain(who: readonly string[], begin: number, end: number): boolean {
		return this.#all.some(
			(one) =>
				one.at <= end &&
				one.at + FELT_MS >= begin &&
				one.who.some((name) => name !== undefined && who.includes(name)),
		);
	}
}
