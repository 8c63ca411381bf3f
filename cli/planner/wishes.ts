import { sumOf } from "./bill.ts";
import { SHARD_REQUESTS_PER_SECOND } from "./limits.ts";
import { CLOUDFLARE, type Load } from "./load.ts";
import { flightOf } from "./model.ts";
import { type Plan, type Planned, planOf } from "./plan.ts";
import { FREE } from "./prices.ts";

/** Wishes that a configuration is to meet. */
export interface Wishes {
	/** Seconds by which totals in KV may lag at worst, where they are written. */
	maxStaleness?: number | undefined;
	/** US dollars a month, on the paid plan. */
	budget?: number | undefined;
	/** The Free plan is to suffice. */
	free?: boolean | undefined;
}

/** A configuration that was chosen. */
export interface Choice {
	plan: Plan;
	/** Seconds by which totals in KV lag at worst. */
	staleness: number;
	/** Part of the budget, or of the scarcest amount of the Free plan, that it takes. */
	spent: number;
}

/** Keys that are chosen. */
export const CHOSEN = [
	"shardCount",
	"shardMinRequestToGlobal",
	"shardWriteToGlobalAfter",
	"globalMinWritesToKV",
	"globalWriteToKVAfter",
] as const;

/** Part of what a shard is good for that the peak may take up. */
const SHARD_PART = 0.5;

/** Timers that people write, milliseconds. */
// biome-ignore format: a list of numbers
const TIMERS_MS = [
	100, 200, 500, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000, 20_000, 30_000,
	45_000, 60_000, 90_000, 120_000, 180_000, 300_000, 600_000, 1_200_000, 1_800_000,
	3_600_000, 7_200_000, 14_400_000, 28_800_000, 57_600_000, 86_400_000,
];

/** Bounds of `globalWriteToKVAfter`. */
const [LEAST_PUBLISH_MS, MOST_MS] = [1_000, 86_400_000];

/** Thresholds by count that nobody sets lower. */
const LEAST_COUNT = 100;
const MOST_COUNT = 1_000_000;

/** Milliseconds that totals are on their way besides both timers. */
const ON_THE_WAY_MS =
	1_000 *
	(flightOf(CLOUDFLARE) -
		CLOUDFLARE.callS / 2 +
		CLOUDFLARE.commitS +
		CLOUDFLARE.putS);

/** The shortest lag that any thresholds give, seconds. */
export const LEAST_STALENESS_S: number =
	(10 + LEAST_PUBLISH_MS + ON_THE_WAY_MS) / 1_000;

/**
 * Chooses the cheapest thresholds with which totals in KV lag by no more than so
 * long: it divides that between the two timers in each way that makes sense.
 *
 * Shards are as few as the peak needs at half of their limit. Thresholds by count
 * are such that the timers decide up to the peak: past it they make totals fresher.
 *
 * @param staleness seconds
 */
export function cheapest(
	namespaces: readonly Planned[],
	loads: readonly Load[],
	staleness: number,
	wishes: Wishes,
): Choice {
	const both = Math.floor(staleness * 1_000 - ON_THE_WAY_MS);
	const longest = Math.min(MOST_MS, both - LEAST_PUBLISH_MS);
	const timers = [
		...TIMERS_MS.filter((one) => one < longest),
		longest < 100 ? longest : rounded(longest),
	];
	const choices = timers.map((flush) => {
		const publish = Math.max(
			LEAST_PUBLISH_MS,
			rounded(Math.min(MOST_MS, both - flush)),
		);
		const plan = planOf(
			namespaces.map((one, n) => ({
				...one,
				...thresholdsOf(loads[n]?.peak ?? 0, flush, publish),
			})),
			loads,
		);
		return { plan, staleness, spent: spentOf(plan, wishes) };
	});
	const [best] = choices.toSorted((a, b) => a.spent - b.spent);
	if (!best) throw new Error("there are always timers to try");
	return best;
}

/**
 * Chooses the freshest thresholds that the budget, or the Free plan, suffices for:
 * those that lag longer never cost more. None if no lag is long enough.
 */
export function freshest(
	namespaces: readonly Planned[],
	loads: readonly Load[],
	wishes: Wishes,
): Choice | undefined {
	const lags = [
		...TIMERS_MS.map((one) => one / 1_000).filter(
			(one) => one > LEAST_STALENESS_S,
		),
		2 * (MOST_MS / 1_000),
	];
	let [low, high] = [0, lags.length - 1];
	let best: Choice | undefined;
	while (low <= high) {
		const middle = (low + high) >> 1;
		const choice = cheapest(namespaces, loads, lags[middle] ?? 0, wishes);
		if (choice.spent <= 1) {
			best = choice;
			high = middle - 1;
		} else low = middle + 1;
	}
	return best;
}

function thresholdsOf(
	peak: number,
	flush: number,
	publish: number,
): Pick<Planned, (typeof CHOSEN)[number]> {
	const shardCount = Math.max(
		1,
		Math.ceil(peak / (SHARD_PART * SHARD_REQUESTS_PER_SECOND)),
	);
	return {
		shardCount,
		shardMinRequestToGlobal: count((peak / shardCount) * (flush / 1_000)),
		shardWriteToGlobalAfter: flush,
		globalMinWritesToKV: count((2 * shardCount * publish) / flush),
		globalWriteToKVAfter: publish,
	};
}

/** Rounds a threshold up, to 1, 2 or 5 and zeros. */
function count(value: number): number {
	let power = LEAST_COUNT;
	while (power < value && power < MOST_COUNT) {
		for (const factor of [2, 5])
			if (power * factor >= value) return power * factor;
		power *= 10;
	}
	return power;
}

/** Rounds a timer down to tenths of a second, or to seconds if it is long. */
function rounded(ms: number): number {
	const step = ms < 20_000 ? 100 : 1_000;
	return Math.floor(ms / step) * step;
}

/** See {@link Choice}: of what is without a bound, a part that only compares. */
function spentOf({ namespaces, bill }: Plan, { budget, free }: Wishes): number {
	if (!free) return bill.dollars / (budget ?? Number.MAX_SAFE_INTEGER);
	const day = sumOf(namespaces.map((one) => one.day));
	return Math.max(
		...(Object.keys(FREE) as (keyof typeof FREE)[]).map(
			(line) => day[line] / FREE[line].limit,
		),
	);
}
