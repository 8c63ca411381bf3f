import type { Staleness } from "../../cli/load/window.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import { checkHistory } from "../oracle/checker.ts";
import { checkPast, type ImportRequest } from "../oracle/past.ts";
import type { Bend } from "./bend.ts";
import type { Attempt } from "./clients.ts";
import { Cluster } from "./cluster.ts";
import { checkCost } from "./cost.ts";
import type { Faults } from "./faults.ts";
import { finish } from "./finish.ts";
import { REMEMBERED_MS } from "./histories.ts";
import { checkArmed, checkBounds, checkPages } from "./inspect.ts";
import { AlarmJudge } from "./judge-alarms.ts";
import { judgeAnswers } from "./judge-answers.ts";
import { AsOfJudge } from "./judge-as-of.ts";
import { BoundsJudge } from "./judge-bounds.ts";
import { TotalsJudge } from "./judge-totals.ts";
import { ELSEWHERE_MS } from "./kv-places.ts";
import { checkRecovered } from "./leaks.ts";
import { erasOf } from "./lost-totals.ts";
import type { Profile } from "./profile.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { checkRefusals } from "./refusals.ts";
import type { Runtime } from "./runtime.ts";
import { Configurations } from "./settings.ts";
import { checkShadow } from "./shadow.ts";
import { Workload } from "./workload.ts";

/** Most that messages and alarms of a calm cluster add to a timer. */
const SLACK_MS = 400;

/** Most that two clocks are apart which are off, but right. */
const SKEW_MS = 200;

export interface ScheduleOptions {
	traced?: boolean;
	/** Share of the operations to run: 1 = all. */
	share?: number;
	/** Faults to leave out. */
	without?: readonly (keyof Faults)[];
	bend?: Bend;
	profiles?: readonly Profile[];
}

export interface Result {
	profile: string;
	findings: readonly string[];
	steps: number;
	/** Trace of all that happened, if it was asked for. */
	lines: readonly string[];
}

/** Runs the schedule that a seed stands for. */
export async function runSchedule(
	seed: number,
	runtime: Runtime,
	{
		traced = false,
		share = 1,
		without = [],
		bend,
		profiles = PROFILES,
	}: ScheduleOptions = {},
): Promise<Result> {
	const random = new Random(seed);
	const profile = profiles[seed % profiles.length] as Profile;
	const faults = { ...profile.faults };
	for (const fault of without) faults[fault] = 0;
	const configurations = new Configurations(random, profile);
	const settings = configurations.next();
	const cluster = new Cluster(random, runtime, settings, faults, {
		traced,
		pageBytes: profile.pageBytes,
		oldObjects: profile.oldObjects,
		withoutJournal: profile.withoutJournal,
		withoutHistory: profile.withoutHistory,
		withoutBounds: profile.withoutBounds,
		mixesBounds:
			profile.withoutBounds > 0 ||
			profile.totals.some((one) => Object.keys(one).length === 0),
		placesElsewhere: profile.placesElsewhere,
		isolates: profile.isolates,
		...(bend && { bend }),
	});
	cluster.trace("START", `${profile.name} ${JSON.stringify(settings)}`);
	const alarms = new AlarmJudge(cluster);
	const dates = new AsOfJudge(cluster);
	cluster.onRing = (object) => alarms.rang(object);
	cluster.onCall = (object) => alarms.called(object);
	const totals = new TotalsJudge(cluster);
	const workload = new Workload(cluster, profile, configurations);
	const bounds = new BoundsJudge(cluster, workload.bounds, workload.counters);
	const hasBounds = profile.totals.length > 0;
	cluster.onLook = (shown) => {
		dates.looked(shown);
		bounds.looked(shown);
	};
	cluster.onCommit = (object) => {
		checkArmed(cluster, object);
		alarms.committed(object);
		if (hasBounds) bounds.committed(object);
	};
	cluster.onStart = (object, life) => hasBounds && bounds.started(object, life);
	cluster.onStep = () => {
		dates.stepped();
		totals.stepped();
		if (hasBounds) bounds.stepped();
	};
	workload.begin(share);
	while (
		workload.isBusy &&
		!cluster.scheduler.isQuiet &&
		cluster.findings.length === 0
	) {
		await cluster.step();
		perhapsShadow(cluster, profile);
	}
	if (workload.isBusy && cluster.findings.length === 0)
		cluster.report("a client waits for ever");
	cluster.calm();
	if (cluster.findings.length === 0) await judge(cluster, workload, profile);
	const { clients } = workload;
	if (hasBounds)
		for (const finding of bounds.judge(clients)) cluster.report(finding);
	for (const { history } of erasOf(clients.history, cluster.lostTotals))
		dates.judge(clients.dated, history);
	judgeAnswers(cluster, clients.asked, clients.attempts, workload.settings);
	for (const { storage } of cluster.objects.values()) storage.close();
	return {
		profile: profile.name,
		findings: cluster.findings,
		steps: cluster.scheduler.steps,
		lines: cluster.lines ?? [],
	};
}

/** After a step: perhaps restarts an object beside the one that runs. */
function perhapsShadow(cluster: Cluster, { shadows, negative }: Profile): void {
	const { random, objects } = cluster;
	if (objects.size > 0 && random.chance(shadows))
		checkShadow(cluster, random.pick([...objects.values()]), negative);
}

async function judge(
	cluster: Cluster,
	workload: Workload,
	profile: Profile,
): Promise<void> {
	const { clients, counters, settings } = workload;
	const { judgesFreshness, deploys, mix } = profile;
	// A deploy restarts objects, and a reset takes rows away.
	if (judgesFreshness && deploys === 0 && mix.reset === 0)
		checkCost(cluster, counters, clients.asked);
	const final = await finish(cluster, workload, profile);
	const { healthyAt, lostTotals } = cluster;
	const freshFrom = judgesFreshness ? 0 : healthyAt;
	const findings = clients.histories.flatMap(({ history, isElsewhere }) =>
		erasOf(history, lostTotals).flatMap(({ history, lostAt, isLast }) => [
			...checkHistory(history, {
				lostAt,
				...(final && isLast && { final }),
			}),
			...checkHistory(
				history.filter(
					({ kind, begin }) => kind !== "read" || begin >= freshFrom,
				),
				{
					lostAt,
					staleness: stalenessOf(settings, isElsewhere, profile),
				},
			),
		]),
	);
	findings.push(
		...checkPast(
			clients.pastReads,
			clients.history.filter((one) => !(one as Attempt).isInNoBucket),
			{
				since: 0,
				imports: importsOf(clients.attempts, cluster),
				isLate: profile.placed === "late",
				...(profile.placed !== "anywhere" &&
					!cluster.clocks.areDisturbed && { skew: SKEW_MS }),
			},
		),
	);
	for (const finding of new Set(findings)) cluster.report(finding);
	checkRecovered(cluster);
	checkPages(cluster);
	checkRefusals(
		cluster,
		clients.attempts,
		clients.history,
		Math.min(...settings.map(({ maxCounters }) => maxCounters)),
	);
	const shards = Math.max(...settings.map(({ shardCount }) => shardCount));
	const hasResets = clients.history.some(({ kind }) => kind === "reset");
	checkBounds(
		cluster,
		hasResets
			? counters
			: counters.slice(
					0,
					Math.max(...settings.map(({ maxCounters }) => maxCounters)),
				),
		new Set(clients.attempts.map(({ key }) => key)).size,
		{
			shards,
			epochs: cluster.epochs,
			writeLog: Math.max(...settings.map(({ writeLog }) => writeLog.events)),
			window: Math.max(
				...settings.map(({ idempotency }) => idempotency.windowMs),
			),
		},
	);
}

/** Lists what was counted elsewhere, with moments of the schedule. */
function importsOf(
	attempts: readonly Attempt[],
	cluster: Cluster,
): ImportRequest[] {
	return attempts.flatMap(({ amounts, ...attempt }) =>
		amounts
			? [
					{
						...attempt,
						entries: amounts.map(([counter, by, level, slot]) => [
							counter,
							by,
							...(level === undefined || slot === undefined
								? ([] as const)
								: ([level, cluster.fromEpoch(slot * 60_000)] as const)),
						]),
					} as ImportRequest,
				]
			: [],
	);
}

/** Computes how late reads may be where nothing fails, by promise 3. */
function stalenessOf(
	settings: readonly CounterSettings[],
	isElsewhere: boolean,
	{ movesInKv }: Profile,
): Staleness {
	const longest = (
		timer: "shardWriteToGlobalAfter" | "globalWriteToKVAfter",
	) =>
		settings.some((one) => one[timer] === 0)
			? Infinity
			: Math.max(...settings.map((one) => one[timer]));
	const global = longest("shardWriteToGlobalAfter") + SLACK_MS;
	const kv =
		global +
		Math.max(1_000, longest("globalWriteToKVAfter")) +
		SLACK_MS +
		REMEMBERED_MS;
	// Code of before a change may read, and write, another key.
	if (movesInKv) return { global };
	return { global, kv: kv + (isElsewhere ? ELSEWHERE_MS : 0) };
}
