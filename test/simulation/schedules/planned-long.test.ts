import { testPlan } from "../planned.ts";

testPlan([
	{
		name: "pages, with the highest counters of each",
		thresholds: { top: 10, globalWriteToKVAfter: 10_000 },
		load: { rate: 3, counters: 24_000, batch: 10, nameCharacters: 20 },
		seconds: 300,
		// Pages that are no longer named are deleted after ten minutes.
		warmUp: 640,
	},
	{
		name: "each at once, by shards that are idle now and then",
		thresholds: { shardMinRequestToGlobal: 1 },
		load: { rate: 0.2, counters: 10 },
		seconds: 20_000,
	},
	{
		name: "limits that are far away",
		thresholds: { total: { max: 1e12 }, shardMinRequestToGlobal: 20 },
		load: { rate: 60, counters: 500 },
		seconds: 400,
		// A count more or less in a first loan is a part of all, so early.
		warmUp: 300,
	},
	{
		name: "limits, and shards that are idle now and then",
		thresholds: { total: { max: 1e12 } },
		load: { rate: 0.2, counters: 10 },
		seconds: 15_000,
	},
	{
		name: "limits of more names than share a row",
		thresholds: { total: { max: 1e12 } },
		load: { rate: 20, counters: 5_000 },
		seconds: 1_000,
	},
	{
		name: "limits of each hour",
		thresholds: { total: { max: 200, per: "hour" } },
		load: { rate: 2, counters: 100 },
		seconds: 10_800,
		// Loans of an hour are as large as those of the hour before.
		warmUp: 6_401,
	},
]);
