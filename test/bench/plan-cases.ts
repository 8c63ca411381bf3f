import {
	type Load,
	NO_FEATURES,
	type Thresholds,
} from "../../cli/planner/load.ts";

/** A configuration, and a load that it is planned for. */
export interface Configuration {
	name: string;
	thresholds: Partial<Thresholds>;
	load: Partial<Load>;
}

/** Defaults of a namespace, but for a short write log. */
export const DEFAULTS: Thresholds = {
	shardCount: 2,
	shardMinRequestToGlobal: 100,
	shardWriteToGlobalAfter: 5_000,
	globalMinWritesToKV: 100,
	globalWriteToKVAfter: 5_000,
	// Full before anything is compared: the oldest event makes room.
	writeLog: 10,
	idempotencyWindow: 3_600_000,
	...NO_FEATURES,
};

/** Configurations and loads that are unlike each other. */
export const configurations: readonly Configuration[] = [
	{
		name: "slow, few counters",
		thresholds: {},
		load: { rate: 10, counters: 10 },
	},
	{
		name: "full batches, 1,000 counters",
		thresholds: { shardCount: 4, shardMinRequestToGlobal: 10 },
		load: { rate: 20, counters: 1_000, reads: 5 },
	},
	{
		name: "a peak",
		thresholds: { shardCount: 8, shardMinRequestToGlobal: 20 },
		load: { rate: 40, counters: 100 },
	},
	{
		name: "10,000 counters, read often",
		thresholds: { shardWriteToGlobalAfter: 500, globalWriteToKVAfter: 2_000 },
		load: { rate: 10, counters: 10_000, reads: 10 },
	},
	{
		name: "keyed",
		thresholds: { shardCount: 3 },
		load: { rate: 20, counters: 10, isKeyed: true },
	},
	{
		name: "20 counters a request",
		thresholds: {},
		load: { rate: 10, counters: 1_000, batch: 20, isUniform: true },
	},
	{
		name: "fresh: a poll",
		thresholds: {
			shardCount: 4,
			shardMinRequestToGlobal: 10,
			shardWriteToGlobalAfter: 500,
			globalMinWritesToKV: 5,
			globalWriteToKVAfter: 1_000,
		},
		load: { rate: 20, counters: 3 },
	},
	{
		name: "16 shards",
		thresholds: { shardCount: 16, shardWriteToGlobalAfter: 2_000 },
		load: { rate: 30, counters: 100 },
	},
	{
		name: "minutes, hours and days",
		thresholds: {
			shardMinRequestToGlobal: 30,
			history: { minute: 7_200_000, hour: 604_800_000, day: 34_560_000_000 },
			top: 10,
		},
		load: { rate: 20, counters: 100 },
	},
	{
		name: "50 viewers",
		thresholds: { shardWriteToGlobalAfter: 1_000, live: { objects: 1 } },
		load: { rate: 10, counters: 10, viewers: 50 },
	},
	{
		name: "limits",
		thresholds: { total: { max: 1e12 } },
		load: { rate: 20, counters: 100 },
	},
	{
		name: "each at once, no log",
		thresholds: { shardMinRequestToGlobal: 1, writeLog: 0 },
		load: { rate: 12, counters: 10 },
	},
];

/** Writes thresholds as counters.yaml has them. */
export function yamlOf(thresholds: Thresholds): string {
	const keys = Object.entries(thresholds)
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`);
	return `version: 1\nnamespaces:\n  metrics:\n    mount: /\n${keys.join("")}`;
}
