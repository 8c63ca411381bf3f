import { byGet } from "./count.ts";
import {
	type Describe,
	EVERY_SHARD,
	GLOBAL,
	json,
	OBJECT,
	parameters,
} from "./operation.ts";

/** `GET /global/counters` */
export const globalCounters: Describe = () => ({
	id: "globalCounters",
	parameters: parameters("Limit", "Cursor"),
	answer: json("Totals", ["Counter-Cursor"]),
	problems: ["invalid-limit", "invalid-cursor", ...GLOBAL],
});

/** `GET /global/history` */
export const globalHistory: Describe = () => ({
	id: "globalHistory",
	parameters: parameters("HistoryRead", "Limit", "Cursor"),
	answer: json("HistoryPart", [
		"Counter-Read",
		"Counter-As-Of",
		"Counter-Cursor",
	]),
	problems: ["invalid-read", "invalid-limit", "invalid-cursor", ...EVERY_SHARD],
});

/** `GET /global/writes` */
export const writes: Describe = () => ({
	id: "writes",
	parameters: parameters("EventLimit"),
	answer: json("WriteEvents"),
	problems: ["invalid-limit", ...GLOBAL],
});

/** `GET /global/shardWrites` */
export const shardWrites: Describe = () => ({
	id: "shardWrites",
	answer: json("ShardWrites"),
	problems: GLOBAL,
});

/** `GET /global/shards` */
export const shards: Describe = () => ({
	id: "shards",
	answer: json("Shards", ["Counter-Storage"]),
	problems: [...EVERY_SHARD, "too-much-held"],
});

/** `/global/reset` */
export const reset: Describe = (namespace, method) => ({
	id: "reset",
	answer: json("Reset"),
	problems: [...EVERY_SHARD, "kv-unavailable", ...byGet(namespace, method)],
});

/** `/global/reset/:counter` */
export const resetOne: Describe = (namespace, method) => ({
	id: "resetCounter",
	parameters: parameters("Counter"),
	answer: json("Reset"),
	problems: [
		"invalid-counter-name",
		...EVERY_SHARD,
		"kv-unavailable",
		...byGet(namespace, method),
	],
});

/** `GET /shard/:n/counters` */
export const shardCounters: Describe = () => ({
	id: "shardCounters",
	parameters: parameters("Shard"),
	answer: json("Totals"),
	problems: ["unknown-shard", "shard-unreachable", ...OBJECT],
});

/** `/shard/:n/write` */
export const shardWrite: Describe = (namespace, method) => ({
	id: "shardWrite",
	parameters: parameters("Shard"),
	answer: json("Written"),
	problems: [
		"unknown-shard",
		"shard-unreachable",
		...OBJECT,
		...byGet(namespace, method),
	],
});
