import type { Histogram } from "node:perf_hooks";

/** Ends of the buckets of a decade: about evenly on a logarithmic scale. */
const STEPS = [1, 1.5, 2, 3, 5, 7];

/** Latencies above the bucket before and up to `toMs`. */
export interface Bucket {
	/** Milliseconds: one of `STEPS` times a power of ten. */
	toMs: number;
	count: number;
}

/**
 * Sorts latencies in whole microseconds into buckets from the fastest to the
 * slowest, as exactly as the histogram holds them: to three digits.
 */
export function bucketsOf(latency: Histogram): Bucket[] {
	const buckets: Bucket[] = [];
	let below = 0;
	// Microseconds, from 10 on.
	for (let decade = 10; below < latency.count; decade *= 10)
		for (const step of STEPS) {
			const all = countUpTo(step * decade, latency);
			const count = all - below;
			if (all > 0 && below < latency.count)
				buckets.push({ toMs: (step * decade) / 1000, count });
			below = all;
		}
	return buckets;
}

/**
 * Counts the latencies that are at most `limit`: the histogram knows only
 * ranks.
 */
function countUpTo(limit: number, latency: Histogram): number {
	let [none, all] = [0, latency.count + 1];
	while (all - none > 1) {
		const rank = Math.floor((none + all) / 2);
		// A little below the rank, so that rounding cannot lead to the next.
		const value = latency.percentile(((rank - 0.25) / latency.count) * 100);
		// Returns the upper end of values that it cannot tell apart.
		if (value <= limit * 1.001) none = rank;
		else all = rank;
	}
	return none;
}

const WIDTH_CHARACTERS = 40;

/**
 * Draws a line a bucket, with a bar beside the longest of `WIDTH_CHARACTERS`.
 */
export function bucketLines(buckets: readonly Bucket[]): string[] {
	const most = Math.max(...buckets.map(({ count }) => count));
	const limits = buckets.map(({ toMs }) => `<= ${toMs} ms`);
	const wide = Math.max(...limits.map((one) => one.length));
	const digits = `${most}`.length;
	return buckets.map(({ count }, n) => {
		const bar = "■".repeat(Math.ceil((count / most) * WIDTH_CHARACTERS));
		return `  ${limits[n]?.padStart(wide)}  ${`${count}`.padStart(digits)} ${bar}`.trimEnd();
	});
}
