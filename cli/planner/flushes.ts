import { hasCome, meanLeft, meanSquareUpTo, meanUpTo } from "./gamma.ts";
import type { Thresholds } from "./load.ts";

/** Flushes of one shard. */
export interface Flushes {
	/** A second. */
	perSecond: number;
	/** Requests in one, on average. */
	requests: number;
	/** Part of them that are due by time; the others are full. */
	byTime: number;
	/** Part of them that were full while another was under way. */
	late: number;
	/** Seconds for which a batch is open, on average, and the mean of their squares. */
	open: number;
	openSquare: number;
	/** Seconds from one to the next, on average, and their variance. */
	interval: number;
	variance: number;
	/** Seconds from the first request of a batch; infinite if never by time. */
	after: number;
	/** Requests that fill a batch, those included that come with the last. */
	fullAt: number;
}

/**
 * A batch opens with a request, and goes out with the n-th or after the timer,
 * whichever comes first: it is open for min(timer, time of n − 1 more requests).
 * Before it opens, the shard waits 1/rate for a request. One batch is under way at
 * a time (shard/outbox.ts), so the next one waits for its answer: it goes out no
 * sooner than that, whether it is full or its timer is over.
 *
 * @param rate requests a second that the shard takes, above 0
 * @param overshoot see `Commits`
 * @param flightS seconds from a flush to its answer
 */
export function flushesOf(
	rate: number,
	{ shardMinRequestToGlobal, shardWriteToGlobalAfter }: Thresholds,
	overshoot: number,
	flightS: number,
): Flushes {
	const after =
		shardWriteToGlobalAfter === 0 ? Infinity : shardWriteToGlobalAfter / 1_000;
	const fullAt = shardMinRequestToGlobal + overshoot;
	const open = meanUpTo(fullAt - 1, rate, after);
	const openSquare = meanSquareUpTo(fullAt - 1, rate, after);
	const held = Math.max(
		meanLeft(fullAt, rate, flightS),
		after < flightS ? meanLeft(1, rate, flightS - after) : 0,
	);
	const interval = 1 / rate + open + held;
	return {
		perSecond: 1 / interval,
		requests: rate * interval,
		byTime: after === Infinity ? 0 : 1 - hasCome(fullAt - 1, rate * after),
		late: hasCome(fullAt, rate * flightS),
		open,
		openSquare,
		interval,
		variance: 1 / rate ** 2 + openSquare - open ** 2,
		after,
		fullAt,
	};
}
