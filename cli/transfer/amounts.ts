import { momentOf, type Past, UNITS, type Unit } from "../client/past.ts";

/** An amount of a counter, and perhaps the minute, hour or day in which it was counted. */
export type Move =
	| readonly [counter: string, by: number]
	| readonly [counter: string, by: number, unit: Unit, start: string];

/** Longest that a bucket may be where clocks change; milliseconds. */
const LONGEST_MS: Record<Unit, number> = {
	minute: 60_000,
	hour: 90 * 60_000,
	day: 25 * 3_600_000,
};

interface Bucket {
	unit: Unit;
	start: string;
	at: number;
	value: number;
	/** Part of it that no finer bucket has. */
	rest: number;
}

/**
 * Divides a total into amounts that have nothing in common: what a minute has, what its
 * hour has besides, what the day of that has besides, and what is in none.
 */
export function amountsOf(counter: string, value: number, past: Past): Move[] {
	const buckets: Bucket[] = [];
	let loose: Bucket[] = [];
	for (const unit of UNITS) {
		const list = bucketsOf(unit, past[unit] ?? {});
		const apart: Bucket[] = [];
		let next = 0;
		for (const one of loose) {
			while ((list[next + 1]?.at ?? Infinity) <= one.at) next++;
			const around = list[next];
			if (around && isIn(one, around)) around.rest -= one.value;
			else apart.push(one);
		}
		loose = [...apart, ...list].sort((a, b) => a.at - b.at);
		buckets.push(...list);
	}
	const moves = buckets
		.filter(({ rest }) => rest !== 0)
		.map(({ rest, unit, start }): Move => [counter, rest, unit, start]);
	const left = loose.reduce((sum, bucket) => sum - bucket.value, value);
	return left !== 0 || moves.length === 0 ? [...moves, [counter, left]] : moves;
}

/** Lists the amounts that make what is there what is wanted. */
export function differences(
	there: readonly Move[],
	wanted: readonly Move[],
): Move[] {
	const moves = new Map<string, Move>();
	const add = (list: readonly Move[], sign: number) => {
		for (const move of list) {
			const [counter, by] = move;
			const key = move.length === 4 ? `${move[2]} ${momentOf(move[3])}` : "";
			const sum = (moves.get(key)?.[1] ?? 0) + sign * by;
			moves.set(
				key,
				move.length === 4 ? [counter, sum, move[2], move[3]] : [counter, sum],
			);
		}
	};
	add(there, -1);
	add(wanted, 1);
	return [...moves.values()].filter(([, by]) => by !== 0);
}

function bucketsOf(unit: Unit, values: Record<string, number>): Bucket[] {
	return Object.entries(values)
		.map(([start, value]) => ({
			unit,
			start,
			at: momentOf(start),
			value,
			rest: value,
		}))
		.sort((a, b) => a.at - b.at);
}

function isIn({ at }: Bucket, around: Bucket): boolean {
	return around.at <= at && at < around.at + LONGEST_MS[around.unit];
}
