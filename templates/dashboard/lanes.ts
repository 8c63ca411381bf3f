import type { ShownNamespace } from "../runtime/dashboard/shown.ts";
import type { NamespaceHealth } from "../runtime/object/health.ts";

/** Lanes of the picture; where there are more shards, the last stands for several. */
const MAX_LANES = 8;

/** Way of counts through a shard, or through several. */
export interface Lane {
	label: string;
	shards: readonly number[];
	/** Increment requests that it holds. */
	requests: number;
	/** Requests that one shard holds at most before it flushes. */
	limit: number;
	/** Age of the oldest of these; milliseconds, 0 = none. */
	lag: number;
	/** Attempts to flush that failed in a row. */
	failures: number;
	/** Shards of it that do not answer. */
	silent: number;
	/** Requests ever that came here. */
	arrived: number;
	/** Batches ever that it brought to the global object. */
	flushed: number;
}

/** Makes a lane of each shard, in their order; a retired one only if it may hold something. */
export function lanesOf(
	{ shards }: NamespaceHealth,
	{ shardCount, shardMinRequestToGlobal }: ShownNamespace,
): Lane[] {
	return shards
		.filter(({ shard, health }) => shard < shardCount || health?.requests !== 0)
		.map(({ shard, requests, flushes, health }) => ({
			label: `shard${shard}${shard < shardCount ? "" : " (retired)"}`,
			shards: [shard],
			requests: health?.requests ?? 0,
			limit: shardMinRequestToGlobal,
			lag: health?.lag ?? 0,
			failures: health?.failures.inRow ?? 0,
			silent: health ? 0 : 1,
			arrived: requests + (health?.requests ?? 0),
			flushed: flushes,
		}));
}

/** Folds the last lanes into one, if there are too many for a picture. */
export function folded(lanes: readonly Lane[]): Lane[] {
	if (lanes.length <= MAX_LANES) return [...lanes];
	const shown = lanes.slice(0, MAX_LANES - 1);
	return [...shown, lanes.slice(MAX_LANES - 1).reduce(together)];
}

function together(a: Lane, b: Lane): Lane {
	const shards = [...a.shards, ...b.shards];
	return {
		label: `${shards.length} more shards`,
		shards,
		requests: a.requests + b.requests,
		limit: a.limit + b.limit,
		lag: Math.max(a.lag, b.lag),
		failures: Math.max(a.failures, b.failures),
		silent: a.silent + b.silent,
		arrived: a.arrived + b.arrived,
		flushed: a.flushed + b.flushed,
	};
}
