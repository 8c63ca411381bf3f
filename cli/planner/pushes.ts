import type { Flushes } from "./flushes.ts";
import { IDLE_S } from "./limits.ts";
import type { Load, Platform, Thresholds } from "./load.ts";
import { silence } from "./next-flush.ts";

/** Seconds between two pushes to a live object: live/watcher.ts. */
const PACE_S = 1;

/** Seconds that new viewers are gathered before anything is asked for: live/arrivals.ts. */
const GATHER_S = 0.1;

/**
 * Seconds that a viewer stays, taken as five minutes: each that comes is a request to
 * the Worker and one to a live object.
 */
const VISIT_S = 300;

/**
 * Seconds of a live object for a push, and for each of its viewers: it sent 9,000 of
 * them a message in 83 ms.
 */
const PUSH_S = 0.002;
const MESSAGE_S = 0.00001;

/** Pushes of what changed to those who watch; rates are by the second. */
export interface Pushes {
	/** Live objects that have viewers. */
	objects: number;
	/** Pushes to each of them. */
	perSecond: number;
	/** Viewers who come. */
	arrivals: number;
	/** Calls that live objects receive, arrivals included. */
	calls: number;
	/** Rows that the global object writes, and reads. */
	written: number;
	read: number;
	/** Seconds in which live objects are awake. */
	awake: number;
	/** Part of the time in which the global object pushes, or waits to. */
	pushing: number;
	/** Part of the flushes that wait for the pace, and the seconds that they wait at most. */
	paced: number;
	paceS: number;
}

export const NO_PUSHES: Pushes = {
	objects: 0,
	perSecond: 0,
	arrivals: 0,
	calls: 0,
	written: 0,
	read: 0,
	awake: 0,
	pushing: 0,
	paced: 0,
	paceS: 0,
};

/**
 * A flush is pushed at once, or a second after the push before it. So from one push
 * to the next it takes that second and the call or, if no flush came meanwhile, the
 * time until one does. Then it begins with a flush, else at any moment between them:
 * of these two kinds each follows the other as often. Every flush is taken to bring
 * something that somebody watches.
 *
 * The global object begins a turn, which is a row, and writes another once all have
 * what there is, unless a flush came during the push. It waits with a timer: it is
 * awake but from the end of a push until the next flush.
 *
 * Messages to viewers are not billed, nor are pings, which the runtime answers.
 * https://developers.cloudflare.com/durable-objects/platform/pricing/
 *
 * @param flushes of one shard
 * @param distinct counters that are counted in so many seconds
 */
export function pushesOf(
	flushes: Flushes,
	{ shardCount, live }: Thresholds,
	{ viewers }: Load,
	{ callS }: Platform,
	distinct: (seconds: number) => number,
): Pushes {
	if (!live || viewers === 0) return NO_PUSHES;
	const paceS = PACE_S + callS;
	const after = (from: number) =>
		[true, false].map((one) => silence(flushes, shardCount, from, one));
	const [opening, other] = after(paceS).map(({ chance }) => chance) as [
		number,
		number,
	];
	const opened = other / (1 - opening + other);
	const onAverage = (from: number) => {
		const [first, second] = after(from).map(({ left }) => left) as [
			number,
			number,
		];
		return opened * first + (1 - opened) * second;
	};
	const interval = paceS + onAverage(paceS);
	const quiet = onAverage(callS);
	const perSecond = 1 / interval;
	const objects = Math.min(live.objects, viewers);
	const arrivals = arrivalsOf(viewers);
	const isForgotten = interval > IDLE_S;
	const push = PUSH_S + (viewers / objects) * MESSAGE_S;
	const each = arrivals / objects;
	const settled = Math.exp(-shardCount * flushes.perSecond * callS);
	const turns = perSecond * (1 + settled);
	return {
		objects,
		perSecond,
		arrivals,
		calls: objects * perSecond * (isForgotten ? 2 : 1) + arrivals,
		written: turns,
		// A row that is replaced is found; of each name one of the question, and its total.
		read: turns + 2 * objects * perSecond * distinct(interval),
		awake: objects * -Math.expm1(-perSecond * push - each * (GATHER_S + callS)),
		pushing: 1 - perSecond * quiet,
		paced: Math.max(
			0,
			1 - (opened * perSecond) / (shardCount * flushes.perSecond),
		),
		paceS,
	};
}

/** Viewers who come, a second. */
export function arrivalsOf(viewers: number): number {
	return viewers / VISIT_S;
}
