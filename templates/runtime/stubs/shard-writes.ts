import { addUp, toRecord, type WriteEvent } from "../protocol.ts";

/** Shard writes of the log, summed up by shard: `GET /global/shardWrites`. */
export interface ShardWrites {
	shardWrites: Record<
		string,
		{ counters: Record<string, number>; writeCount: number }
	>;
	totalWrite: number;
	totalShards: number;
}

/** Sums up the writes of shards; those to KV are left out. */
export function sumByShard(events: readonly WriteEvent[]): ShardWrites {
	const writes = events.filter(({ cmd }) => cmd === "writeToGlobal");
	const shardNames = new Set(writes.map(({ shardName }) => shardName));
	const shardWrites = [...shardNames].map((name) => {
		const ofShard = writes.filter(({ shardName }) => shardName === name);
		const entries = ofShard.map(({ counters }) => Object.entries(counters));
		const counters = toRecord(addUp(entries));
		return [name, { counters, writeCount: ofShard.length }] as const;
	});
	return {
		shardWrites: Object.fromEntries(shardWrites),
		totalWrite: writes.length,
		totalShards: shardWrites.length,
	};
}
