import type { Flushes } from "./flushes.ts";
import { hasCome } from "./gamma.ts";

/** Steps that the time looked at is divided into. */
const STEPS = 600;

/** Intervals between flushes that are looked at: hardly one is as long. */
const MOST_INTERVALS = 6;

/**
 * Finds the mean time until the next flush of any shard, beginning some time after
 * one of them flushed.
 *
 * A shard that flushes by time does so almost regularly: after a publication that
 * takes as long, its next flush is near. So the times between its flushes are
 * followed. From them come the chances u that it flushes in
 * each step (u₀ = 1, uₙ = Σ cₖ·uₙ₋ₖ), and from those that none falls between
 * `since` and `since` + w: Σ uₙ · P(interval > since + w − n). The other shards
 * are at any point of their intervals: P(none until w) is the integral of
 * P(interval > u) from w on, by the mean. The time asked for is the integral of
 * the product.
 *
 * @param shards that flush alike
 * @param since seconds
 */
export function nextFlush(
	flushes: Flushes,
	shards: number,
	since: number,
): number {
	const { interval } = flushes;
	const within = intervalsOf(flushes);

	// May be at any point, too: it was that long ago.
	const isOld = since > 50 * interval;
	const before = isOld ? 0 : since;
	const about = (before + MOST_INTERVALS * interval) / STEPS;
	const last = Math.floor(before / about);
	// A step ends where the time begins: what flushed before it is told from the rest.
	const step = last > 0 ? before / (last + 0.5) : about;
	const survival = Array.from(
		{ length: STEPS + 1 },
		(_, n) => 1 - within((n - 0.5) * step),
	);
	const longer = (n: number) => survival[Math.min(n, STEPS)] ?? 0;
	const chance = Array.from(
		{ length: STEPS },
		(_, n) => longer(n) - longer(n + 1),
	);

	const flushed = [1];
	for (let n = 1; n <= last; n++) {
		let sum = 0;
		for (let k = 1; k <= n; k++)
			sum += (chance[k] ?? 0) * (flushed[n - k] ?? 0);
		flushed.push(sum);
	}
	const left: number[] = [];
	let sum = 0;
	for (let n = STEPS; n >= 0; n--) {
		sum += longer(n);
		left[n] = sum;
	}
	const steady = (n: number) => (left[n + 1] ?? 0) / (left[1] ?? 1);

	let time = 0;
	for (let w = 0; w < STEPS - last; w++) {
		let none = isOld ? steady(w) : 0;
		if (!isOld)
			for (let n = 0; n <= last; n++)
				none += (flushed[n] ?? 0) * longer(last + w + 1 - n);
		const all = none * steady(w) ** (shards - 1);
		time += w === 0 ? step / 2 : all * step;
		if (all < 1e-6) break;
	}
	return time;
}

/** A time without a flush of any shard. */
export interface Silence {
	/** Chance that it lasts for some seconds. */
	chance: number;
	/** Seconds for which it goes on after these, on average; 0 where it does not last. */
	left: number;
}

/**
 * Finds how long no shard flushes: the integral, from some seconds on, of the chance
 * that none has. It begins when one of them flushed or, without that, at any moment.
 *
 * @param shards that flush alike
 * @param from seconds
 */
export function silence(
	flushes: Flushes,
	shards: number,
	from: number,
	beginsWithFlush: boolean,
): Silence {
	const within = intervalsOf(flushes);
	const step = (MOST_INTERVALS * flushes.interval) / STEPS;
	const longer = Array.from(
		{ length: STEPS },
		(_, n) => 1 - within((n + 0.5) * step),
	);
	const all = longer.reduce((sum, one) => sum + one, 0);
	const others = beginsWithFlush ? shards - 1 : shards;
	let [chance, left, later] = [1, 0, all];
	for (const [n, own] of longer.entries()) {
		later -= own;
		const steady = Math.max(0, (later + own / 2) / all);
		const none = (beginsWithFlush ? own : 1) * steady ** others;
		const part = Math.min(1, Math.max(0, n + 1 - from / step));
		left += part * step * none;
		if (part < 1) chance = none;
	}
	return { chance: from === 0 ? 1 : chance, left };
}

/**
 * Makes the distribution of the times between flushes of a shard: a fixed part, the
 * timer, and a gamma distribution with what is left of their mean and their variance.
 */
function intervalsOf({
	interval,
	variance,
	byTime,
	after,
}: Flushes): (time: number) => number {
	const fixed = byTime > 0.5 ? after : 0;
	const mean = Math.max(interval - fixed, interval * 1e-6);
	const shape = mean ** 2 / variance;
	return (time) =>
		time <= fixed ? 0 : hasCome(shape, ((time - fixed) / mean) * shape);
}
