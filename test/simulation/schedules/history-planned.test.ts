import { expect, test } from "vitest";
import {
	CLOUDFLARE,
	NO_FEATURES,
	NO_LOAD,
	type Thresholds,
} from "../../../cli/planner/load.ts";
import { modelOf } from "../../../cli/planner/model.ts";
import { globalRowsWritten } from "../../../cli/planner/rows.ts";
import { MeteredNamespace } from "../metered.ts";
import { Random } from "../random.ts";

const HOUR_S = 3_600;
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];

test.each([
	[
		"minutes, hours and days",
		{ minute: HOUR_MS, hour: 7 * DAY_MS, day: 400 * DAY_MS },
		{ rate: 1, batch: 200, counters: 1_000 },
		4,
	],
	[
		"hours and days",
		{ hour: 7 * DAY_MS, day: 400 * DAY_MS },
		{ rate: 0.5, batch: 100, counters: 5_000 },
		10,
	],
	[
		"days",
		{ day: 400 * DAY_MS },
		{ rate: 0.1, batch: 100, counters: 1_000 },
		24,
	],
])(
	"the global object writes as many rows as planned: %s",
	async (_, history, some, hours) => {
		const thresholds: Thresholds = {
			...NO_FEATURES,
			shardCount: 1,
			shardMinRequestToGlobal: 1_000,
			shardWriteToGlobalAfter: 30_000,
			globalMinWritesToKV: 1_000,
			globalWriteToKVAfter: 60_000,
			writeLog: 0,
			idempotencyWindow: 0,
			history,
		};
		const load = { ...NO_LOAD, ...some, isUniform: true };
		const random = new Random(1);
		const draw = () => random.int(0, load.counters - 1);
		const one = new MeteredNamespace(thresholds, load, CLOUDFLARE, draw, 1);
		const { globalRows } = await one.run(hours * HOUR_S, 3 * HOUR_S);
		const model = modelOf(thresholds, load, CLOUDFLARE);
		const planned = globalRowsWritten(model) * hours * HOUR_S;
		expect(planned / globalRows).toBeGreaterThan(0.9);
		expect(planned / globalRows).toBeLessThan(1.1);
	},
);
