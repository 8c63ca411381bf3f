/** Ranks of which each is looked at by itself; farther ones are taken in groups. */
const SINGLE_RANKS = 64;
/** Each group is larger than the one before by this much. */
const GROWTH = 1.05;

/** Counters of about the same share of all increments. */
export interface Group {
	/** The first rank, from 0. */
	from: number;
	size: number;
	/** Part of all increments that one counter of it gets. */
	share: number;
}

/** Spreads increments over counters. */
export class Spread {
	readonly counters: number;
	readonly groups: readonly Group[];

	/** @param isUniform see `Load` */
	constructor(counters: number, isUniform: boolean) {
		this.counters = counters;
		this.groups = isUniform
			? [{ from: 0, size: counters, share: 1 / counters }]
			: zipf(counters);
	}

	/**
	 * Number of distinct counters among so many increments, on average: a counter
	 * with the share p is missing with the probability e^(−p · increments).
	 *
	 * @param from leaves out those that are counted most
	 */
	distinct(increments: number, from = 0): number {
		let sum = 0;
		for (const group of this.groups) {
			const left = Math.min(group.size, group.from + group.size - from);
			if (left > 0) sum += left * -Math.expm1(-group.share * increments);
		}
		return sum;
	}

	/**
	 * Finds the increments after which so many distinct counters have come; infinite
	 * if there are fewer.
	 */
	increments(distinct: number, from = 0): number {
		if (this.counters - from <= distinct) return Infinity;
		let [low, high] = [0, 1];
		while (this.distinct(high, from) < distinct) high *= 2;
		for (let n = 0; n < 40; n++) {
			const middle = (low + high) / 2;
			if (this.distinct(middle, from) < distinct) low = middle;
			else high = middle;
		}
		return high;
	}
}

function zipf(counters: number): Group[] {
	const groups: Group[] = [];
	let sum = 0;
	for (let from = 0; from < counters; ) {
		const until =
			from < SINGLE_RANKS
				? from + 1
				: Math.min(counters, Math.ceil(from * GROWTH));
		// The mean of 1/n over the group, as the integral of it.
		const size = until - from;
		const share =
			size === 1 ? 1 / until : Math.log((until + 0.5) / (from + 0.5)) / size;
		groups.push({ from, size, share });
		sum += share * size;
		from = until;
	}
	return groups.map((group) => ({ ...group, share: group.share / sum }));
}
