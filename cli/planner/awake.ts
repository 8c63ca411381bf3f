import { flightOf, type Model } from "./model.ts";

/** Memory that an object is billed, whatever it uses: 128 MB. */
export const OBJECT_GB = 0.128;

/**
 * Seconds in which objects are awake, a second: they have something under way. Idle
 * ones that can hibernate are billed nothing, and all objects here can.
 *
 * A shard is awake while a commit is under way, and for a flush. The global object is
 * awake for each batch until it is durable, and while it publishes. What comes at
 * random times for a time of its own overlaps: something is under way with the
 * probability 1 − e^−(rate · time).
 */
export function awakeOf({
	thresholds,
	platform,
	commits,
	flushes,
	alarms,
	publications,
}: Model): { shards: number; global: number } {
	const { shardCount } = thresholds;
	const { commitS, putS, billsCalls } = platform;
	const { perSecond, byTime } = flushes;
	const flight = flightOf(platform) + commitS;
	const flying = perSecond * (billsCalls ? 1 : byTime) * flight;
	const ringing = Math.max(0, alarms.rings - perSecond * byTime) * commitS;
	const shard = 1 - (1 - commits.busy) * Math.exp(-flying - ringing);
	const publishing = putS + 2 * commitS;
	return {
		shards: shardCount * shard,
		global: -Math.expm1(
			-shardCount * perSecond * commitS - publications.perSecond * publishing,
		),
	};
}
