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
export const PLATFORM = { ...CLOUDFLARE, answerS: 0 };

export const DEFAULTS: Thresholds = {
	shardCount: 2,
	shardMinRequestToGlobal: 100,
	shardWriteToGlobalAfter: 5_000,
	globalMinWritesToKV: 100,
	globalWriteToKVAfter: 5_000,
	writeLog: 10,
	idempotencyWindow: 3_600_000,
	...NO_FEATURES,
};

/** A configuration under a load. */
export interface Case {
	name: string;
	thresholds: Partial<Thresholds>;
	load: Partial<Load>;
	seconds: number;
	/** Seconds before that; a minute by default. */
	warmUp?: number;
}

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

/** Tests that the roles do what is planned. */
export function testPlan(cases: readonly Case[]): void {
	test.each(cases)("the roles do what is planned: $name", expectPlanned);
}

async function expectPlanned(one: Case): Promise<void> {
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
		shardCount * (model.flushes.perSecond + model.alarms.resent) * seconds,
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
}
