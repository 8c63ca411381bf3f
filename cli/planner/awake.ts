import { flightOf, type Model } from "./model.ts";
import type { Publications } from "./publications.ts";

/** Memory that an object is billed, whatever it uses: 128 MB. */
export const OBJECT_GB = 0.128;

/** Pages that are put, or deleted, at the same time: global/page-publisher.ts. */
const PAGES_AT_ONCE = 4;

/**
 * Seconds in which objects are awake, a second: they have something under way. Idle
 * ones that can hibernate are billed nothing, and all objects here can.
 *
 * A shard is awake while a commit is under way, and for a flush. One by time begins
 * with an alarm, which seals the batch and, after the answer, writes once more; a full
 * batch is sealed by the commit that filled it. The global object is awake for each
 * batch until it is durable, and while it publishes. Commits, flushes of a shard and
 * publications come one at a time; what comes at random times for a time of its own
 * overlaps: something of it is under way with the probability 1 − e^−(rate · time).
 */
export function awakeOf(model: Model): { shards: number; global: number } {
	const { thresholds, platform, commits, flushes } = model;
	const { alarms, publications, pushes, loans } = model;
	const { shardCount } = thresholds;
	const { commitS, answerS, putS, billsCalls } = platform;
	const { perSecond, byTime } = flushes;
	const answeredS = commitS + answerS;
	const busy = Math.min(1, commits.busy + commits.perSecond * answerS);
	const flight = flightOf(platform);
	// A batch that the alarm sends again ends with a commit; one of a request does not.
	const flying =
		perSecond *
			(byTime * (flight + answeredS) +
				(billsCalls ? (1 - byTime) * (flight - commitS) : 0)) +
		alarms.resent * (flight - commitS / 2);
	const ringing = Math.max(0, alarms.rings - perSecond * byTime) * answeredS;
	const asking = (loans.calls / shardCount) * (platform.callS + commitS);
	const shard =
		1 -
		(1 - busy) *
			(1 - Math.min(1, flying)) *
			(1 - Math.min(1, asking)) *
			Math.exp(-ringing);
	// Publishing ends with a commit, and so does the deletion of pages, ten minutes later.
	const rounds = roundsOf(publications);
	const deleting = rounds > 0 ? rounds * (commitS + putS) + answeredS : 0;
	const publishing = publishingOf(model) + answeredS + deleting;
	const calls = shardCount * (perSecond + alarms.resent) + loans.calls;
	const quiet =
		(1 - Math.min(1, publications.perSecond * publishing)) *
		Math.exp(-calls * answeredS);
	return {
		shards: shardCount * shard,
		global: 1 - quiet * (billsCalls ? 1 - pushes.pushing : 1),
	};
}

/**
 * Seconds from the beginning of a publication until KV has it: each put waits until
 * what was written before is on disk. Pages come first, four at a time.
 */
export function publishingOf({
	platform,
	publications,
}: Pick<Model, "platform" | "publications">): number {
	const rounds = 1 + roundsOf(publications);
	return rounds * (platform.commitS + platform.putS);
}

/** Counts how often some of the pages that changed are put, or deleted, at once. */
function roundsOf({ pages, changed }: Publications): number {
	return pages > 1 ? Math.ceil(changed / PAGES_AT_ONCE) : 0;
}
