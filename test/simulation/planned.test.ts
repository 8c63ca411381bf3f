import { testPlan } from "./planned.ts";

testPlan([
	{
		name: "slow traffic",
		thresholds: {},
		load: { rate: 6, counters: 10 },
		seconds: 1_000,
	},
	{
		name: "each at once, and seldom",
		thresholds: { shardMinRequestToGlobal: 1, shardCount: 1 },
		load: { rate: 0.02, counters: 10 },
		seconds: 60_000,
	},
	{
		name: "full batches",
		thresholds: { shardMinRequestToGlobal: 20 },
		load: { rate: 60, counters: 500 },
		seconds: 150,
	},
	{
		name: "a timer of more than twenty seconds",
		thresholds: { shardWriteToGlobalAfter: 60_000, shardCount: 1 },
		load: { rate: 20, counters: 10 },
		seconds: 400,
	},
	{
		name: "a poll, published each second",
		thresholds: {
			shardCount: 4,
			shardMinRequestToGlobal: 10,
			shardWriteToGlobalAfter: 500,
			globalMinWritesToKV: 5,
			globalWriteToKVAfter: 1_000,
		},
		load: { rate: 40, counters: 3 },
		seconds: 200,
	},
	{
		name: "keys",
		thresholds: {},
		load: { rate: 60, counters: 10, isKeyed: true },
		seconds: 120,
	},
	{
		name: "messages of a queue",
		thresholds: {},
		load: { rate: 60, counters: 10, isKeyed: true, isQueued: true },
		seconds: 200,
	},
	{
		name: "messages of a queue, over many shards",
		thresholds: { shardCount: 8 },
		load: { rate: 30, counters: 10, isKeyed: true, isQueued: true },
		seconds: 300,
	},
	{
		name: "viewers, while flushes come each second",
		thresholds: { shardWriteToGlobalAfter: 1_000, live: { objects: 2 } },
		load: { rate: 20, counters: 10, viewers: 100 },
		seconds: 400,
	},
	{
		name: "viewers, while they come seldom",
		thresholds: { live: { objects: 1 } },
		load: { rate: 4, counters: 10, viewers: 100 },
		seconds: 1_500,
	},
	{
		name: "viewers, while they come without a pause",
		thresholds: {
			shardCount: 8,
			shardMinRequestToGlobal: 4,
			live: { objects: 1 },
		},
		load: { rate: 60, counters: 10, viewers: 100 },
		seconds: 200,
	},
	{
		name: "limits of many counters in each request",
		thresholds: { total: { max: 1e12 } },
		load: { rate: 6, counters: 1_000, batch: 20 },
		seconds: 300,
	},
	{
		name: "limits on the side that nobody counts to",
		thresholds: { total: { min: 0 } },
		load: { rate: 6, counters: 10 },
		seconds: 400,
	},
]);
