import { toRecord, type WriteEvent } from "../protocol.ts";

/** What `/global/shardWrites` answers: the write log, summed up by shard. */
export interface ShardWrites {
	shardWrites: Record<
		string,
		{ counters: Record<string, number>; writeCount: number }
	>;
	totalWrite: number;
	totalShards: number;
}

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
