import { toRecord, type WriteEvent } from "../protocol.ts";

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
	const shardWrites: ShardWrites["shardWrites"] = {};
	for (const { shardName, counters } of writes) {
		shardWrites[shardName] ??= { counters: toRecord([]), writeCount: 0 };
		const shard = shardWrites[shardName];
		for (const [name, delta] of Object.entries(counters))
			shard.counters[name] = (shard.counters[name] ?? 0) + delta;
		shard.writeCount++;
	}
	return {
		shardWrites,
		totalWrite: writes.length,
		totalShards: Object.keys(shardWrites).length,
	};
}
