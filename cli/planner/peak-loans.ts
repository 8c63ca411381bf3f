import type { Load, Platform, Thresholds } from "./load.ts";
import { callsFor, loansOf } from "./loans.ts";
import { type Model, modelOf } from "./model.ts";

/** Seconds that a peak lasts: the busiest minutes. */
const PEAK_S = 600;

/** Models the peak as it would be without bounds: what these add is counted apart. */
export function peakWithoutLoans(
	thresholds: Thresholds,
	load: Load,
	platform: Platform,
): Model {
	return modelOf(
		{ ...thresholds, total: undefined },
		{ ...load, rate: load.peak },
		platform,
	);
}

/**
 * Finds the calls a second by which shards borrow at the peak. It may come after a
 * deploy, or as a period begins: then each shard asks anew for each counter. Of
 * counters that the mean rate brings to their bound, each request may ask, in vain.
 */
export function borrowingAtPeak(
	thresholds: Thresholds,
	load: Load,
	platform: Platform,
): number {
	const { total, shardCount } = thresholds;
	const { rate, peak, batch } = load;
	if (!total || peak === 0) return 0;
	const fullPart =
		rate > 0 ? modelOf(thresholds, load, platform).loans.fullPart : 0;
	const { flushes, spread } = peakWithoutLoans(thresholds, load, platform);
	const { per: _, ...endless } = total;
	const { asking } = loansOf(
		flushes,
		{ ...thresholds, total: endless },
		{ ...load, rate: peak },
		platform,
		spread,
		{ from: 0, to: PEAK_S },
	);
	// First counts, of all counts.
	const counts = peak * batch * PEAK_S;
	const first = (shardCount * spread.distinct(counts / shardCount)) / counts;
	const part = 1 - (1 - fullPart) * (1 - first);
	return callsFor(
		Math.min(peak, asking + peak * (1 - (1 - part) ** batch)),
		shardCount,
		platform,
	);
}
