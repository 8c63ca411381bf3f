import { type BoundsChange, DIRECTIONS } from "../oracle/amounts.ts";
import { generationOf, netsOf } from "./bounds-on-disk.ts";
import type { Cluster } from "./cluster.ts";
import type { SimulatedObject } from "./object.ts";

/** Net count of all shards for a counter, in one generation of its loans. */
interface Sum {
	counter: string;
	generation: number;
	/** The total when it began. */
	base: number;
	/** The latest of each shard. */
	nets: Map<string, number>;
	least: number;
	most: number;
}

/**
 * Judges what is counted by the loans that it was counted against: what has got no
 * answer, too, and where clocks jump, which say of no count what period it is in.
 */
export class LoansJudge {
	readonly #cluster: Cluster;
	readonly #sums = new Map<string, Sum>();
	/** The latest time that the global object has seen; milliseconds since 1970. */
	#latest = 0;
	/** Ends of the latest periods by counter. */
	readonly #ends = new Map<string, number>();

	constructor(cluster: Cluster) {
		this.#cluster = cluster;
	}

	/** The global object looks at its clock. */
	looked(shown: number): void {
		this.#latest = Math.max(this.#latest, shown);
	}

	/** A shard has committed. */
	committed({ name: shard, storage }: SimulatedObject): void {
		for (const { holder, name, generation, net } of netsOf(storage)) {
			const sum = this.#sumOf(name, generation);
			if (!sum) continue;
			sum.nets.set(`${shard} ${holder}`, net);
			const all = [...sum.nets.values()].reduce((a, b) => a + b, sum.base);
			sum.least = Math.min(sum.least, all);
			sum.most = Math.max(sum.most, all);
		}
	}

	#sumOf(counter: string, generation: number): Sum | undefined {
		const key = `${generation} ${counter}`;
		const known = this.#sums.get(key);
		if (known) return known;
		const global = this.#cluster.objects.get("global")?.storage;
		const begun = global && generationOf(global, counter, generation);
		// It is over: nothing is counted in it any more.
		if (!begun) return undefined;
		const { base, end } = begun;
		const before = this.#ends.get(counter) ?? 0;
		if (end !== null && end > before && before > this.#latest)
			this.#cluster.report(
				`${counter} began anew before ${this.#cluster.show(before)}`,
			);
		if (end !== null) this.#ends.set(counter, Math.max(before, end));
		const sum = {
			counter,
			generation,
			base,
			nets: new Map(),
			least: base,
			most: base,
		};
		this.#sums.set(key, sum);
		return sum;
	}

	/** @param changes all bounds that counters ever had */
	judge(changes: readonly BoundsChange[]): string[] {
		return [...this.#sums.values()].flatMap(
			({ counter, generation, base, least, most }) =>
				DIRECTIONS.flatMap(({ sign, word, limit }) => {
					const value = sign > 0 ? most : least;
					const bounds = changes
						.filter((one) => one.counter === counter)
						.map((one) => limit(one.bounds));
					const bound = Math.max(sign * base, ...bounds);
					return sign * value > bound
						? [
								`${counter} has ${value} in generation ${generation}, past its ${word} of ${sign * bound}`,
							]
						: [];
				}),
		);
	}
}
