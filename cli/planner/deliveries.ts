import type { Commits } from "./commits.ts";
import { meanUpTo } from "./gamma.ts";
import type { Load } from "./load.ts";

/**
 * Messages that are delivered together at the most, and seconds that they wait for
 * each other: defaults of a consumer, as wrangler.toml leaves them.
 * https://developers.cloudflare.com/queues/configuration/batching-retries/
 */
const MOST_MESSAGES = 10;
export const DELIVERED_WITHIN_S = 5;

/** Operations of a message that is delivered once: a write, a read and a deletion … */
const OPERATIONS = 3;
/** … of each so many bytes that it has, some of which are the queue's own. */
const OPERATION_BYTES = 64_000;
const METADATA_BYTES = 100;

/** Bytes of a counter in a message besides its name: quotes, colon, digit and comma. */
const ENTRY_BYTES = 5;

/** Increments on their way to the Worker, a second. */
export interface Deliveries {
	/** Calls of the Worker, which bring them. */
	calls: number;
	/** Operations of the queue. */
	operations: number;
}

/**
 * A delivery waits for its first message, 1/rate, and from then on for nine more or
 * five seconds, whichever comes first: as a flush does.
 */
export function deliveriesOf({
	rate,
	batch,
	nameCharacters,
	isQueued,
}: Load): Deliveries {
	if (!isQueued) return { calls: rate, operations: 0 };
	const bytes = METADATA_BYTES + batch * (nameCharacters + ENTRY_BYTES);
	const open = meanUpTo(MOST_MESSAGES - 1, rate, DELIVERED_WITHIN_S);
	return {
		calls: 1 / (1 / rate + open),
		operations: rate * OPERATIONS * Math.ceil(bytes / OPERATION_BYTES),
	};
}

/**
 * Has messages that are delivered together share commits: the first that a shard
 * gets makes one, and those that come meanwhile share the next. So a delivery makes
 * two commits, but for one where a single message falls to the shard, and none where
 * none does. One message of a delivery is certain; the others are taken as Poisson.
 *
 * @param commits of one shard, as if each message came alone
 */
export function deliveredTogether(
	commits: Commits,
	load: Load,
	shardCount: number,
): Commits {
	if (!load.isQueued) return commits;
	const { calls } = deliveriesOf(load);
	const others = (load.rate / calls - 1) / shardCount;
	const none = (1 - 1 / shardCount) * Math.exp(-others);
	const one = (1 / shardCount) * Math.exp(-others) + none * others;
	const perSecond = Math.min(commits.perSecond, calls * (2 - 2 * none - one));
	return {
		...commits,
		perSecond,
		requests: load.rate / shardCount / perSecond,
		busy: commits.busy * (perSecond / commits.perSecond),
	};
}
