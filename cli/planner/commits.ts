/** From shard/group-commit.ts: past so many requests a commit, a shard is busy … */
const BUSY_REQUESTS = 8;
/** … and lets the next commit wait for so many, … */
const ENOUGH_REQUESTS = 16;
/** … but not longer than eight turns (object/gather.ts), seconds. */
const GATHER_S = 0.008;

/** Commits of one shard. */
export interface Commits {
	/** A second. */
	perSecond: number;
	/** Requests in one, on average. */
	requests: number;
	/** Requests that came with the one that fills a batch, and after it, on average. */
	overshoot: number;
	/** Part of the time in which one is under way. */
	busy: number;
}

/**
 * A commit begins as soon as a request is there and no other is under way; those
 * that come meanwhile share the next. With m = rate × commit time, the next one
 * has N ~ Poisson(m) requests, or one if none came: on average m + e^−m, and the
 * mean of the square is m² + m + e^−m. A request is so in a commit of the mean
 * size-biased size, half of which is behind it.
 *
 * @param rate requests a second that the shard takes
 * @param commitS seconds that a commit takes
 */
export function commitsOf(rate: number, commitS: number): Commits {
	if (rate === 0) return { perSecond: 0, requests: 1, overshoot: 0, busy: 0 };
	const seconds = gathered(rate, commitS);
	const m = rate * seconds;
	const requests = m + Math.exp(-m);
	const square = m ** 2 + m + Math.exp(-m);
	return {
		perSecond: rate / requests,
		requests,
		overshoot: (square / requests - 1) / 2,
		busy: (rate / requests) * seconds,
	};
}

/** A busy shard waits until enough are there: its commits are as far apart. */
function gathered(rate: number, commitS: number): number {
	if (rate * commitS < BUSY_REQUESTS) return commitS;
	const enough = Math.min(commitS + GATHER_S, ENOUGH_REQUESTS / rate);
	return Math.max(commitS, enough);
}
