import { flushesFail, globalFails } from "./global.ts";
import { kvFails } from "./kv.ts";
import type { Fault } from "./scene.ts";
import { shardOverloaded } from "./shard.ts";

export const faults: readonly Fault[] = [
	kvFails,
	flushesFail,
	globalFails,
	shardOverloaded,
];
