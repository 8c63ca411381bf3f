import { isDeepStrictEqual } from "node:util";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import type { ShardRole } from "../../templates/runtime/shard/role.ts";
import type { Cluster } from "./cluster.ts";
import { makeRole } from "./host.ts";
import { hasUnpushed } from "./inspect.ts";
import { keysOnDisk } from "./keys-on-disk.ts";
import type { Incarnation, SimulatedObject } from "./object.ts";
import { keysAreOn } from "./settings.ts";

/** The longest wait after a failure; milliseconds. */
const LONGEST_BACKOFF_MS = 60_000;

/** Asks for keys in the shadow only, as a shard that there never is. */
const NOBODYS_SHARD = 4095;

/** Differences between what runs and what a restart would bring. */
type Differences = string[];

/**
 * Restarts an object beside the running one, on what is on its disk at this
 * moment, and reports what the two do not see alike: what memory has and the
 * disk has not, or the other way round.
 *
 * @param sumsFall true if increments of both signs may have met
 */
export function checkShadow(
	cluster: Cluster,
	object: SimulatedObject,
	sumsFall: boolean,
): void {
	const { incarnation } = object;
	// A live object has nothing on its disk.
	if (!incarnation || !(object.isShard || object.name === "global")) return;
	const differences = object.storage.aside((database) => {
		let due: number | undefined;
		const setAlarm = (at: number | undefined) => {
			due = at;
		};
		const shadow = makeRole(cluster, incarnation, { database, setAlarm });
		return object.name === "global"
			? compareGlobals(cluster, object, incarnation, shadow as GlobalRole, due)
			: compareShards(
					cluster,
					object,
					incarnation,
					shadow as ShardRole,
					due,
					sumsFall,
				);
	});
	for (const difference of differences)
		cluster.report(`${object.name} would restart with ${difference}`);
}

function compareShards(
	cluster: Cluster,
	object: SimulatedObject,
	incarnation: Incarnation,
	shadow: ShardRole,
	due: number | undefined,
	sumsFall: boolean,
): Differences {
	const running = incarnation.role as ShardRole;
	const differences: Differences = [];
	const compare = comparing(differences);
	const [is, would] = [running.holdings(), shadow.holdings()];
	compare("epoch", is.epoch, would.epoch);
	compare("seq", is.seq, would.seq);
	compare("pending", sorted(is.pending), sorted(would.pending));
	const [load, wouldLoad] = [running.load().open, shadow.load().open];
	compare("size", load.size, wouldLoad.size);
	// The disk has sums, the absolute ones of which are smaller.
	if (!sumsFall || load.volume < wouldLoad.volume)
		compare("volume", load.volume, wouldLoad.volume);
	const [health, wouldHealth] = [running.health(), shadow.health()];
	// Batches that are known to be applied may be sent once more, even in part.
	if (is.sealed.length > 0 || would.sealed.length === 0) {
		compare("sealed", sorted(is.sealed), sorted(would.sealed));
		compare("requests", health.requests, wouldHealth.requests);
		compare("lag", health.lag, wouldHealth.lag);
	}
	if (!object.disk.lacksFailures)
		compare("failures", health.failures, wouldHealth.failures);
	const names = candidates(cluster);
	compare("unknown names", running.names.unknown(names), [
		...shadow.names.unknown(names),
	]);
	const waits = is.sealed.length > 0 || health.failures.inRow > 0;
	// A clock that was set moves what is due; the alarm is set again when it runs.
	const isDated = !cluster.clocks.areDisturbed;
	if (isDated && (is.sealed.length > 0 || would.sealed.length === 0))
		differences.push(...lateAlarm(object, due, waits));
	differences.push(...forgottenKeys(cluster, object, incarnation, shadow));
	return differences;
}

function compareGlobals(
	cluster: Cluster,
	object: SimulatedObject,
	incarnation: Incarnation,
	shadow: GlobalRole,
	due: number | undefined,
): Differences {
	const running = incarnation.role as GlobalRole;
	const differences: Differences = [];
	const compare = comparing(differences);
	const [is, would] = [running.health.own(), shadow.health.own()];
	compare("counters", is.counters, would.counters);
	compare("refusals", is.refusals, would.refusals);
	const { failures, ...kv } = is.kv;
	const { failures: wouldFail, ...wouldKv } = would.kv;
	compare("publication", kv, wouldKv);
	if (!object.disk.lacksFailures) compare("failures", failures, wouldFail);
	// One that was begun by hand may be ended by the next start only.
	const begun = object.storage.rows(
		`SELECT 1 FROM unpublished WHERE stagedAt > 0 OR triedAt > 0 AND NOT EXISTS
			(SELECT 1 FROM published WHERE kvPrefix = ?)`,
		incarnation.settings.kvPrefix,
	);
	const deletes = object.storage.rows("SELECT 1 FROM stale WHERE until > 0");
	const waits = failures.inRow > 0 || deletes.length > 0 || hasUnpushed(object);
	const isDated = !cluster.clocks.areDisturbed && !object.disk.lacksTurns;
	// Unless it failed: then an alarm has to try again. Failures of an earlier one,
	// which a deploy made no longer due, do not count while no alarm is set.
	const hasFailed = object.storage.rows(
		`SELECT 1 FROM failures, unpublished
		WHERE inRow > 0 AND failures.since >= COALESCE(stagedAt, triedAt)`,
	);
	const isRetried =
		failures.inRow > 0 &&
		(hasFailed.length > 0 || object.alarmAt !== undefined);
	if (isDated && (begun.length === 0 || isRetried))
		differences.push(...lateAlarm(object, due, waits));
	return differences;
}

/**
 * A restart would set an alarm: one must be set, and for no later.
 *
 * @param waits true if the next attempt comes after a failure, or an answer
 */
function lateAlarm(
	{ alarmAt, alarmDropped, alarmRefused, isRinging }: SimulatedObject,
	due: number | undefined,
	waits: boolean,
): Differences {
	if (due === undefined || alarmDropped || alarmRefused || isRinging) return [];
	const latest = due + (waits ? LONGEST_BACKOFF_MS : 0);
	return (alarmAt ?? Infinity) > latest
		? [`an alarm at ${due} instead of ${alarmAt}`]
		: [];
}

/**
 * Has the shadow forget what has expired, and asks it for the rest: nothing else
 * may be gone then, and whatever was counted must be found.
 */
function forgottenKeys(
	cluster: Cluster,
	{ name, storage }: SimulatedObject,
	{ settings, skew }: Incarnation,
	shadow: ShardRole,
): Differences {
	if (!keysAreOn(settings)) return [];
	const now = cluster.toEpoch(cluster.clocks.read(name)) + skew;
	const valid = () =>
		keysOnDisk(storage).filter(({ expires }) => expires > now);
	const before = valid();
	if (before.length === 0) return [];
	shadow.claim("nobody's", NOBODYS_SHARD, []);
	const after = new Set(valid().map(({ key }) => key));
	const forgotten = before.filter(
		({ key, isCounted }) =>
			!after.has(key) ||
			(isCounted && shadow.claim(key, NOBODYS_SHARD, []).fingerprint === null),
	);
	return forgotten.length > 0
		? [`no keys ${forgotten.map(({ key }) => key)}`]
		: [];
}

/** Every name that the global object has room for. */
function candidates(cluster: Cluster): Entry[] {
	const global = cluster.objects.get("global");
	if (!global?.storage.has("counters")) return [];
	return global.storage
		.rows<{ name: string }>("SELECT name FROM counters")
		.map(({ name }) => [name, 1]);
}

function sorted(entries: readonly Entry[]): Entry[] {
	return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function comparing(
	differences: Differences,
): (what: string, is: unknown, would: unknown) => void {
	return (what, is, would) => {
		if (!isDeepStrictEqual(is, would))
			differences.push(
				`${what} ${JSON.stringify(would)} instead of ${JSON.stringify(is)}`,
			);
	};
}
