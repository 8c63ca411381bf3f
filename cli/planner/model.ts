import { type Buckets, bucketsOf, NO_BUCKETS } from "./buckets.ts";
import { type Commits, commitsOf } from "./commits.ts";
import { deliveredTogether } from "./deliveries.ts";
import { type Flushes, flushesOf } from "./flushes.ts";
import { type KeyRows, keyRowsOf } from "./keys.ts";
import { type Load, MONTH_S, type Platform, type Thresholds } from "./load.ts";
import { type Loans, loansOf, type Span } from "./loans.ts";
import { lookedUp, type Memory, memoryOf } from "./memory.ts";
import { type Publications, publicationsOf } from "./publications.ts";
import { type Pushes, pushesOf } from "./pushes.ts";
import { type ShardAlarms, shardAlarmsOf } from "./shard-alarms.ts";
import { Spread } from "./spread.ts";

/** Steady work of a namespace under a load. */
export interface Model {
	thresholds: Thresholds;
	load: Load;
	platform: Platform;
	/** Figures of one shard. */
	commits: Commits;
	flushes: Flushes;
	alarms: ShardAlarms;
	keys: KeyRows;
	/** Names that a shard looks up on disk, a second. */
	lookedUp: number;
	buckets: Buckets;
	memory: Memory;
	publications: Publications;
	pushes: Pushes;
	loans: Loans;
	spread: Spread;
}

/**
 * Seconds from a flush to its answer: the call, which leaves once the batch is sealed
 * on disk, and what the global object writes.
 */
export function flightOf({ callS, commitS }: Platform): number {
	return callS + 2 * commitS;
}

/**
 * Follows a count on its way. Each shard takes an equal part of the requests: which
 * one is a matter of chance, or of the key.
 *
 * @param load whose rate is above 0
 * @param span of which loans are the average; by default the first month
 */
export function modelOf(
	thresholds: Thresholds,
	load: Load,
	platform: Platform,
	span: Span = { from: 0, to: MONTH_S },
): Model {
	const { shardCount, idempotencyWindow, history } = thresholds;
	const { counters, isUniform, isKeyed, batch } = load;
	const rate = load.rate / shardCount;
	const spread = new Spread(counters, isUniform);
	const flight = flightOf(platform);
	const commits = deliveredTogether(
		commitsOf(rate, platform.commitS),
		load,
		shardCount,
	);
	const flushes = flushesOf(rate, thresholds, commits.overshoot, flight);
	const buckets = history ? bucketsOf(history, load, spread) : NO_BUCKETS;
	return {
		thresholds,
		load,
		platform,
		commits,
		flushes,
		buckets,
		alarms: shardAlarmsOf(rate, flushes, flight),
		keys: isKeyed
			? keyRowsOf(rate, commits.perSecond, idempotencyWindow / 1_000)
			: { written: 0, read: 0 },
		// The global object looks where totals have bounds: see loans.ts.
		lookedUp: thresholds.total ? 0 : lookedUp(rate * batch, spread),
		memory: memoryOf(flushes.requests, shardCount, load, spread, buckets.pairs),
		publications: publicationsOf(
			flushes,
			thresholds,
			load,
			platform.putS,
			spread,
		),
		pushes: pushesOf(flushes, thresholds, load, platform, (seconds) =>
			spread.distinct(load.rate * batch * seconds),
		),
		loans: loansOf(flushes, thresholds, load, platform, spread, span),
		spread,
	};
}
