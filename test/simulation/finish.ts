import { kvKey } from "../../templates/runtime/kv/kv.ts";
import type { Clients } from "./clients.ts";
import type { Cluster } from "./cluster.ts";
import { giveOut } from "./finish-bounds.ts";
import { checkPastAtRest } from "./finish-past.ts";
import { isPublishedElsewhere, unflushed, unpublished } from "./inspect.ts";
import { ELSEWHERE_MS } from "./kv-places.ts";
import { checkQuiet, failuresInRow } from "./leaks.ts";
import type { SimulatedObject } from "./object.ts";
import type { Profile } from "./profile.ts";
import { checkShadow } from "./shadow.ts";
import type { Workload } from "./workload.ts";

/** More steps than any schedule needs to come to rest. */
const TOO_MANY_STEPS = 20_000;

/**
 * So long after the last failure all must be healthy again: a put to KV that is
 * never answered is given up after a minute, the next attempt comes after
 * another, and messages take their time. Milliseconds.
 */
const SOON_MS = 150_000;

/** Operations of clients once everything is healthy again. */
const OPERATIONS = 8;

/**
 * Ends a schedule: nothing fails from now on, and alarms do their work. Once all
 * must be healthy again, clients go on for a while. Then every object restarts
 * under the latest configuration and what no timer moves is drained.
 *
 * @param profile says whether, and how, restarts are compared
 * @returns the final totals
 */
export async function finish(
	cluster: Cluster,
	workload: Workload,
	profile: Pick<Profile, "shadows" | "negative">,
): Promise<ReadonlyMap<string, number> | undefined> {
	const { clients, viewers } = workload;
	// Without any restart or request: alarms alone must bring all there.
	// But what a clock has set to the next hour is moved by the next call only, and so is
	// an object whose alarm is gone, and KV has the totals of a disk that is lost
	// until something is counted.
	const waitsForCalls =
		cluster.clocks.areDisturbed ||
		cluster.lostTotals.length > 0 ||
		cluster.objects.get("global")?.alarmDropped;
	await countAt(
		cluster,
		clients,
		[...cluster.objects.values()].filter(
			({ isShard, alarmDropped }) => isShard && (waitsForCalls || alarmDropped),
		),
	);
	if (!(await rest(cluster, cluster.scheduler.now + SOON_MS))) return;
	checkAll(cluster, profile);
	viewers.checkLatest();
	cluster.healthyAt = cluster.scheduler.moment();
	// Not always: what they count makes up for what was forgotten.
	if (cluster.random.chance(0.5)) workload.goOn(OPERATIONS);
	if (!(await rest(cluster))) return;
	if (workload.isBusy) cluster.report("a client waits for ever");
	checkAll(cluster, profile);
	viewers.checkLatest();
	for (const object of cluster.objects.values()) object.crash();
	for (const object of [...cluster.objects.values()]) object.start();
	if (!(await rest(cluster))) return;
	for (const object of cluster.objects.values()) checkAtRest(cluster, object);
	checkHasTop(cluster);
	viewers.checkLatest();
	await giveOut(cluster, workload, (answer) => until(cluster, answer));
	if (!(await rest(cluster))) return;
	await drainAll(cluster);
	viewers.checkLatest();
	viewers.leave();
	await checkUnwatched(cluster, clients);
	for (const object of cluster.objects.values())
		if (unflushed(cluster, object).length > 0)
			cluster.report(`${object.name} was drained and still holds something`);
	await checkPastAtRest(cluster, clients, workload.counters, () =>
		rest(cluster),
	);
	return readAll(cluster, clients);
}

/** Everything has arrived, and nothing is left over. */
function checkAll(
	cluster: Cluster,
	{ shadows, negative }: Pick<Profile, "shadows" | "negative">,
): void {
	for (const object of cluster.objects.values()) {
		checkAtRest(cluster, object);
		checkQuiet(cluster, object);
		if (shadows > 0) checkShadow(cluster, object, negative);
	}
}

/** The highest counters are published, even if nothing was counted since they are on. */
function checkHasTop({ objects, kv }: Cluster): void {
	const { incarnation } = objects.get("global") ?? {};
	if (!incarnation?.hasJournal) return;
	const { kvPrefix, top } = incarnation.settings;
	if (top.counters > 0) kv.checkHasTop(kvKey(kvPrefix));
}

/** Has each of these shards count and flush once, which the global object takes up. */
async function countAt(
	cluster: Cluster,
	clients: Clients,
	shards: readonly SimulatedObject[],
): Promise<void> {
	if (shards.length === 0) return;
	const refused = new Set<string>();
	for (const { name } of shards)
		void clients.countAt(name).then((outcome) => {
			if (outcome === "refused") refused.add(name);
			if (outcome === "indeterminate")
				cluster.report(`${name} does not count, though nothing fails`);
		});
	if (!(await rest(cluster, cluster.scheduler.now + SOON_MS))) return;
	// A bound may leave nothing to count: what was held stays, and brings nothing.
	if (refused.size > 0) request(cluster, "global", "publish");
	for (const shard of shards)
		if (!refused.has(shard.name)) checkAtRest(cluster, shard);
	for (const { name } of shards) request(cluster, name, "drain");
}

/** Checks that counting costs no more than without live updates while nobody watches. */
async function checkUnwatched(
	cluster: Cluster,
	clients: Clients,
): Promise<void> {
	const global = cluster.objects.get("global");
	if (cluster.settings.live.objects === 0 || !global) return;
	const count = async () => {
		void clients.countAt("shard0");
		await rest(cluster);
		await drainAll(cluster);
	};
	const cost = () =>
		JSON.stringify([
			["push", "meet", "watch"].map((method) => cluster.calls.get(method)),
			global.storage.rows("SELECT * FROM turns"),
			global.storage.rows("SELECT * FROM watching"),
		]);
	await rest(cluster);
	// One push at the most finds that nobody is there.
	await count();
	const before = cost();
	await count();
	if (cost() !== before)
		cluster.report(`nobody watches, and it cost ${cost()} after ${before}`);
}

/** Runs until nothing is left to happen, or until then. */
async function rest(cluster: Cluster, until = Infinity): Promise<boolean> {
	for (let n = 0; n < TOO_MANY_STEPS; n++) {
		const { nextAt } = cluster.scheduler;
		if (nextAt === Infinity || nextAt > until) return true;
		await cluster.step();
	}
	cluster.report("it never comes to rest");
	return false;
}

/** Runs until an answer is there. */
async function until<T>(cluster: Cluster, answer: Promise<T>): Promise<T> {
	let isThere = false;
	const done = answer.finally(() => {
		isThere = true;
	});
	while (!isThere && !cluster.scheduler.isQuiet) await cluster.step();
	return done;
}

async function drainAll(cluster: Cluster): Promise<void> {
	for (const object of cluster.objects.values())
		if (unflushed(cluster, object).length > 0)
			await ask(cluster, object.name, "drain");
	const global = cluster.objects.get("global");
	if (global && (unpublished(global) > 0 || failuresInRow(global) > 0))
		await ask(cluster, "global", "publish");
}

async function ask(
	cluster: Cluster,
	to: string,
	method: string,
): Promise<void> {
	request(cluster, to, method);
	await rest(cluster);
}

/** Asks without waiting for the answer; nothing may fail. */
function request(cluster: Cluster, to: string, method: string): void {
	cluster
		.call(undefined, to, method, [])
		.catch((error) =>
			cluster.report(`${to}.${method} failed at rest: ${error}`),
		);
}

function checkAtRest(cluster: Cluster, object: SimulatedObject): void {
	const settings = object.lastSettings;
	if (!settings || object.alarmDropped) return;
	const waiting = unflushed(cluster, object).filter(
		({ isSealed, requests }) =>
			isSealed === 1 ||
			settings.shardWriteToGlobalAfter > 0 ||
			requests >= settings.shardMinRequestToGlobal,
	);
	if (waiting.length > 0)
		cluster.report(`${object.name} is at rest and still holds something`);
	if (settings.globalWriteToKVAfter > 0 && unpublished(object) > 0)
		cluster.report(`${object.name} is at rest and has not published`);
	if (isPublishedElsewhere(object, settings))
		cluster.report(
			`${object.name} is at rest and published under an earlier prefix`,
		);
}

async function readAll(
	cluster: Cluster,
	clients: Clients,
): Promise<ReadonlyMap<string, number> | undefined> {
	const found = new Map<string, ReadonlyMap<string, number>>();
	// In KV, the current key must have it all: no earlier one stands in.
	const settings = { ...cluster.settings, earlierKvPrefixes: [] };
	const [isolate, ...others] = cluster.isolates;
	const worker = { settings, isolate };
	for (const level of ["exact", "global", "kv"] as const)
		for (const manner of ["whole", "paged"] as const) {
			clients.read(worker, level, manner).then((ok) => {
				if (!ok) cluster.report(`the ${level} read failed at rest`);
			});
			await rest(cluster);
			const last = clients.history.at(-1);
			if (last?.kind === "read") found.set(`${level} ${manner}`, last.values);
		}
	// Elsewhere, the same must have arrived in time.
	if (others.length > 0) {
		cluster.scheduler.after(ELSEWHERE_MS + 1_000, () => {});
		await rest(cluster);
	}
	for (const isolate of others) {
		clients.read({ settings, isolate }, "kv", "whole").then((ok) => {
			if (!ok) cluster.report(`the kv read of ${isolate.name} failed at rest`);
		});
		await rest(cluster);
		const last = clients.history.at(-1);
		if (last?.kind === "read") found.set(`kv of ${isolate.name}`, last.values);
	}
	const show = (what: string) => JSON.stringify([...(found.get(what) ?? [])]);
	const whole = show("global whole");
	for (const what of found.keys())
		if (show(what) !== whole)
			cluster.report(
				`at rest ${what.replace(" whole", "")} is ${show(what)}, global ${whole}`,
			);
	return found.get("exact whole");
}
