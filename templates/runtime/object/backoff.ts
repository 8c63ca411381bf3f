/** First wait after a failure; doubles with each further one. */
const BASE_MS = 500;
const LONGEST_MS = 60_000;

/**
 * Milliseconds to wait after the given number of failures in a row: doubling,
 * at most a minute, with "equal jitter" (half fixed, half random) so that
 * shards that failed together do not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(failures: number, random: number): number {
	const full = Math.min(BASE_MS * 2 ** (failures - 1), LONGEST_MS);
	return Math.round(full / 2 + (random * full) / 2);
}
