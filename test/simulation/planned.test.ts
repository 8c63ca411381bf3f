import { expect, test } from "vitest";
import { awakeOf } from "../../cli/planner/awake.ts";
import {
	CLOUDFLARE,
	type Load,
	NO_FEATURES,
	NO_LOAD,
	type Thresholds,
} from "../../cli/planner/load.ts";
import { modelOf } from "../../cli/planner/model.ts";
import { globalRowsWritten, shardRowsWritten } from "../../cli/planner/rows.ts";
import { stalenessOf } from "../../cli/planner/staleness.ts";
import { steadyUsage } from "../../cli/planner/usage.ts";
import { MeteredNamespace } from "./metered.ts";
import { EPOCH_MS } from "./metered-object.ts";
import { Random } from "./random.ts";

/** Whatever objects compute takes no virtual time. */
const PLATFORM = { ...CLOUDFLARE, answerS: 0 };

const DEFAULTS: Thresholds = {
	shardCount: 2,
	shardMinRequestToGlobal: 100,
	shardWriteToGlobalAfter: 5_000,
	globalMinWritesToKV: 100,
	globalWriteToKVAfter: 5_000,
	writeLog: 10,
	idempotencyWindow: 3_600_000,
	...NO_FEATURES,
};

interface Case {
	name: string;
	thresholds: Partial<Thresholds>;
	load: Partial<Load>;
	seconds: number;
	/** Seconds before that; a minute by default. */
	warmUp?: number;
}

const cases: readonly Case[] = [
	{
		name: "slow traffic",
		thresholds: {},
		load: { rate: 6, counters: 10 },
		seconds: 1_000,
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
		name: "pages, with the highest counters of each",
		thresholds: { top: 10, globalWriteToKVAfter: 10_000 },
		load: { rate: 3, counters: 24_000, batch: 10, nameCharacters: 20 },
		seconds: 300,
		// Pages that are no longer named are deleted after ten minutes.
		warmUp: 640,
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
		name: "limits that are far away",
		thresholds: { total: { max: 1e12 }, shardMinRequestToGlobal: 20 },
		load: { rate: 60, counters: 500 },
		seconds: 400,
		// So early a count more or less in a first loan is a part of all.
		warmUp: 300,
	},
	{
		name: "limits, and shards that are idle now and then",
		thresholds: { total: { max: 1e12 } },
		load: { rate: 0.2, counters: 10 },
		seconds: 15_000,
	},
	{
		name: "limits of many counters in each request",
		thresholds: { total: { max: 1e12 } },
		load: { rate: 6, counters: 1_000, batch: 20 },
		seconds: 300,
	},
	{
		name: "limits of more names than share a row",
		thresholds: { total: { max: 1e12 } },
		load: { rate: 20, counters: 5_000 },
		seconds: 1_000,
	},
	{
		name: "limits on the side that nobody counts to",
		thresholds: { total: { min: 0 } },
		load: { rate: 6, counters: 10 },
		seconds: 400,
	},
	{
		name: "limits of each hour",
		thresholds: { total: { max: 200, per: "hour" } },
		load: { rate: 2, counters: 100 },
		seconds: 10_800,
		// Loans of an hour are as large as those of the hour before.
		warmUp: 6_401,
	},
];

/** Seconds of its hour that are over when virtual time begins. */
const INTO_HOUR_S = (EPOCH_MS % 3_600_000) / 1_000;

/** Expects a plan to be right by 5%, or by as much as chance does to few events. */
function near(is: number, planned: number, what: string): void {
	const most = Math.max(0.05 * is, 3 * Math.sqrt(is) + 1);
	expect(
		Math.abs(planned - is),
		`${what}: ${is}, planned ${planned}`,
	).toBeLessThan(is > 1_000 ? 0.05 * is : most);
}

test.each(cases)("the roles do what is planned: $name", async (one) => {
	const thresholds = { ...DEFAULTS, ...one.thresholds };
	const load = { ...NO_LOAD, nameCharacters: 12, isUniform: true, ...one.load };
	const { seconds } = one;
	const random = new Random(1);
	const draw = () => random.int(0, load.counters - 1);
	const namespace = new MeteredNamespace(thresholds, load, PLATFORM, draw, 1);
	const happened = await namespace.run(seconds, one.warmUp ?? 60);

	const from =
		(one.warmUp ?? 60) + (thresholds.total?.per === "hour" ? INTO_HOUR_S : 0);
	const span = { from, to: from + seconds };
	const model = modelOf(thresholds, load, PLATFORM, span);
	const { shardCount } = thresholds;
	near(happened.shardRows, shardRowsWritten(model) * seconds, "rows of shards");
	near(
		happened.globalRows,
		globalRowsWritten(model) * seconds,
		"of the global",
	);
	near(
		happened.flushes,
		shardCount * model.flushes.perSecond * seconds,
		"flushes",
	);
	near(
		happened.rings,
		(shardCount * model.alarms.rings + model.publications.perSecond) * seconds,
		"alarms",
	);
	near(happened.puts, steadyUsage(model, seconds).kvWrites, "puts");
	const { pushes, loans } = model;
	near(happened.asks, loans.calls * seconds, "asks for loans");
	near(happened.pushes, pushes.objects * pushes.perSecond * seconds, "pushes");
	const awake = awakeOf(model);
	const isBunched = load.viewers > 0 || load.isQueued;
	for (const [is, planned, most] of [
		[happened.shardsAwake, awake.shards, 0.05],
		// Pushes and publications that follow the same flush overlap, as do flushes
		// that messages of the same delivery set off.
		[happened.globalAwake, awake.global, isBunched ? 0.25 : 0.06],
	] as const) {
		const off = Math.abs(planned * seconds - is);
		expect(off, `awake ${is}, planned ${planned * seconds}`).toBeLessThan(
			most * is,
		);
	}
	const p99 = (lags: readonly number[]) =>
		lags[Math.floor(lags.length * 0.99)] ?? Number.NaN;
	const { global, kv } = stalenessOf(model);
	for (const [is, planned] of [
		[p99(happened.lags.global), global.p99],
		[p99(happened.lags.kv), kv.p99],
	] as const)
		expect(Math.abs(planned - is), `${is}, ${planned}`).toBeLessThan(0.05 * is);
});
