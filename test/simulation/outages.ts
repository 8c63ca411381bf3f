import type { Cluster } from "./cluster.ts";

/** The longest that one lasts; milliseconds. */
const LONGEST_MS = 600_000;

/** KV, as judges call it. */
const KV = "kv";

/** Objects, and KV, that nobody reaches for a while. */
export class Outages {
	readonly #cluster: Cluster;
	readonly #until = new Map<string, number>();

	constructor(cluster: Cluster) {
		this.#cluster = cluster;
	}

	/** Tells whether an object, or KV, cannot be reached now. */
	includes(name: string): boolean {
		const { faults, scheduler } = this.#cluster;
		return (
			faults.outages > 0 && scheduler.now < (this.#until.get(name) ?? -Infinity)
		);
	}

	/** After a step: perhaps somebody cannot be reached from now on. */
	perhapsBegin(): void {
		const { random, faults, objects, scheduler, troubles } = this.#cluster;
		if (!random.chance(faults.outages)) return;
		const name = random.pick([KV, ...objects.keys()]);
		const until = scheduler.now + random.int(1_000, LONGEST_MS);
		this.#cluster.trace(name, `CANNOT BE REACHED until ${until}`);
		this.#until.set(name, until);
		troubles.add([name], scheduler.now, until);
	}
}
