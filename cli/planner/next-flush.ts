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
 * followed: a fixed part (the timer) and a gamma distribution with what is left of
 * their mean and their variance. From them come the chances u that it flushes in
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
	{ interval, variance, byTime, after }: Flushes,
	shards: number,
	since: number,
): number {
	const fixed = byTime > 0.5 ? after : 0;
	const mean = Math.max(interval - fixed, interval * 1e-6);
	const shape = mean ** 2 / variance;
	const within = (time: number) =>
		time <= fixed ? 0 : hasCome(shape, ((time - fixed) / mean) * shape);

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
