import type { Histogram } from "node:perf_hooks";

/** Latencies above the bucket before and up to `toMs`. */
export interface Bucket {
	/** Milliseconds: 1, 2 or 5 times a power of ten. */
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
	for (let n = 0; below < latency.count; n++) {
		// Microseconds, from 10 on.
		const to = ([1, 2, 5][n % 3] ?? 1) * 10 ** (1 + Math.floor(n / 3));
		const all = countUpTo(to, latency);
		if (all > 0) buckets.push({ toMs: to / 1000, count: all - below });
		below = all;
	}
	return buckets;
}

/** How many latencies are at most `limit`: the histogram knows only ranks. */
function countUpTo(limit: number, latency: Histogram): number {
	let [none, all] = [0, latency.count + 1];
	while (all - none > 1) {
		const rank = Math.floor((none + all) / 2);
		// A little below the rank, so that rounding cannot lead to the next.
		const value = latency.percentile(((rank - 0.25) / latency.count) * 100);
		// It answers the upper end of what it cannot tell apart.
		if (value <= limit * 1.001) none = rank;
		else all = rank;
	}
	return none;
}

const WIDTH = 40;

/** A line a bucket, with a bar beside the longest of `WIDTH` characters. */
export function bucketLines(buckets: readonly Bucket[]): string[] {
	const most = Math.max(...buckets.map(({ count }) => count));
	const limits = buckets.map(({ toMs }) => `<= ${toMs} ms`);
	const wide = Math.max(...limits.map((one) => one.length));
	const digits = `${most}`.length;
	return buckets.map(({ count }, n) => {
		const bar = "■".repeat(Math.ceil((count / most) * WIDTH));
		return `  ${limits[n]?.padStart(wide)}  ${`${count}`.padStart(digits)} ${bar}`.trimEnd();
	});
}
