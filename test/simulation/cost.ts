import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { ShardRole } from "../../templates/runtime/shard/role.ts";
import type { Cluster } from "./cluster.ts";
import type { Asked } from "./judge-answers.ts";
import type { SimulatedObject } from "./object.ts";

/** Rows that a shard writes when it first starts: three of them note its schemas. */
const SHARD_START_ROWS = 6;

/** Rows that the global object writes when it first starts, likewise. */
const GLOBAL_START_ROWS = 5;

/** Rows that a publication writes besides pages and the log: dirty, tried, noted. */
const PUBLICATION_ROWS = 3;

/** Rows that a page costs: marked, named, staged, put, and until it is gone. */
const PAGE_ROWS = 7;

/**
 * Reports objects that write more rows, or make more calls, than what they did
 * takes. Holds only where nothing fails and nothing restarts.
 */
export function checkCost(
	cluster: Cluster,
	counters: readonly string[],
	asked: readonly Asked[],
): void {
	// Mostly it is one: a commit may bring all counters.
	const texts = cluster.runtime.jsonTexts(
		counters.map((name) => [name, Number.MIN_SAFE_INTEGER]),
	).length;
	let flushes = 0;
	let names = 0;
	for (const object of cluster.objects.values()) {
		if (!object.isShard || !object.incarnation) continue;
		const { seq } = (object.incarnation.role as ShardRole).holdings();
		const known = rowsOf(object, "known");
		flushes += seq;
		names += known;
		atMost(cluster, object, "rows", object.storage.rowsWritten, [
			SHARD_START_ROWS,
			known,
			// A row of the journal for each text of a commit.
			texts * object.syncs,
			// The seal, and that it is applied: an alarm notes that, or a drain.
			seq,
			object.rings,
			asked.filter(({ to, method }) => to === object.name && method === "drain")
				.length,
		]);
		// One for each batch that begins, one that goes on should a flush fail.
		atMost(cluster, object, "alarms", object.alarmsSet, [
			1 + 2 * seq,
			object.rings,
		]);
	}
	const { calls } = cluster;
	const called = (method: string) => calls.get(method) ?? 0;
	const global = cluster.objects.get("global");
	if (!global) return;
	atMost(cluster, global, "flushes", called("apply"), [flushes]);
	// Two requests may bring the same name at the same time.
	atMost(cluster, global, "registrations", called("register"), [2 * names]);
	checkGlobal(cluster, global, texts, called("apply"), called("register"));
}

/** @param texts rows that a batch of all counters takes in the journal */
function checkGlobal(
	cluster: Cluster,
	global: SimulatedObject,
	texts: number,
	applied: number,
	registered: number,
): void {
	if (!global.incarnation) return;
	const { health } = global.incarnation.role as GlobalRole;
	const { counters, kv } = health.own();
	const { runtime, settings } = cluster;
	const log = settings.writeLog.events > 0 ? 1 : 0;
	const evictions = counters > runtime.MAX_DELTA_NAMES ? applied : 0;
	const shards = [...cluster.objects.values()].filter(({ isShard }) => isShard);
	// Each is a list of six numbers, of which the epoch alone may be long.
	const brought = shards.map(() => [1, Number.MAX_SAFE_INTEGER, 1, 1, 1, 1]);
	const checkpoint = texts + runtime.jsonTexts(brought).length;
	const atOnce = checkpoint >= runtime.COMPACT_FROM_ROWS ? applied : 0;
	const checkpoints = Math.max(
		atOnce,
		Math.floor((applied * texts) / runtime.COMPACT_FROM_ROWS),
	);
	atMost(cluster, global, "rows", global.storage.rowsWritten, [
		GLOBAL_START_ROWS,
		// A row of the journal for each text of a batch, and what the log has of it.
		(texts + log) * applied,
		(checkpoints + evictions) * checkpoint,
		// Each entry goes to its row once.
		evictions > 0 ? cluster.entriesApplied : 0,
		// Registered, counted, and how many there are.
		2 * counters,
		registered,
		// A shard registers before it counts.
		shards.length,
		// One may be under way.
		(PUBLICATION_ROWS + log) * (kv.publications + 1),
		PAGE_ROWS * (cluster.kv.pages().length + rowsOf(global, "pages") - 1),
	]);
}

function rowsOf({ storage }: SimulatedObject, table: string): number {
	return storage.has(table) ? storage.rows(`SELECT 1 FROM ${table}`).length : 0;
}

function atMost(
	cluster: Cluster,
	{ name }: SimulatedObject,
	what: string,
	are: number,
	mayBe: readonly number[],
): void {
	const most = mayBe.reduce((sum, one) => sum + one, 0);
	if (are > most)
		cluster.report(`${name} cost ${are} ${what}, at most ${mayBe.join(" + ")}`);
}
