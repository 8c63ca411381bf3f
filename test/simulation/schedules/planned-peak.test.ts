import { expect, test } from "vitest";
import { NO_LOAD, type Thresholds } from "../../../cli/planner/load.ts";
import { borrowingAtPeak } from "../../../cli/planner/peak-loans.ts";
import { MeteredNamespace } from "../metered.ts";
import { DEFAULTS, PLATFORM } from "../planned.ts";
import { Random } from "../random.ts";

const SECONDS = 10;

test.each([
	{ rate: 100, shardCount: 2 },
	{ rate: 200, shardCount: 4 },
])(
	"where quotas are used up, shards ask as planned: $rate a second, $shardCount shards",
	async ({ rate, shardCount }) => {
		const total: Thresholds["total"] = { max: 20, per: "hour" };
		const thresholds = { ...DEFAULTS, shardCount, total };
		const load = { ...NO_LOAD, rate, peak: rate, counters: 10 };
		const random = new Random(1);
		const namespace = new MeteredNamespace(
			thresholds,
			{ ...load, isUniform: true },
			PLATFORM,
			() => random.int(0, load.counters - 1),
			1,
		);
		// By then, all is used up.
		const { asks } = await namespace.run(SECONDS, 15);
		const planned = borrowingAtPeak(thresholds, load, PLATFORM) * SECONDS;
		expect(Math.abs(planned - asks), `${asks}, ${planned}`).toBeLessThan(
			0.05 * asks,
		);
	},
);
