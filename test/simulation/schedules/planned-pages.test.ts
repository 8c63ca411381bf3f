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
]);
