import { KEPT_LONGER_MS } from "../../templates/runtime/idempotency/key-storage.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { Cluster } from "./cluster.ts";
import { keysOnDisk } from "./keys-on-disk.ts";
import type { SimulatedObject } from "./object.ts";
import { appliedOnDisk, writtenOnDisk } from "./totals-on-disk.ts";

const KEY_TABLES = [
	"keyRows0",
	"keyRows1",
	"keyPacks0",
	"keyPacks1",
	"keyJournal",
];

interface Unflushed {
	seq: number;
	requests: number;
	isSealed: 0 | 1;
}

/**
 * The batches that a shard holds and that are not in the totals; none for
 * other objects. That a sealed one was applied, a shard notes later.
 */
export function unflushed(
	cluster: Cluster,
	object: SimulatedObject,
): Unflushed[] {
	const { storage } = object;
	if (!storage.has("shard")) return [];
	const [state] = storage.rows<{ epoch: number }>("SELECT epoch FROM shard");
	const totals = cluster.objects.get("global")?.storage;
	const shard = Number(object.name.slice("shard".length));
	const last = totals ? appliedOnDisk(totals, shard, state?.epoch ?? 0) : 0;
	return storage.rows(
		`WITH sealed AS (
			SELECT MAX(seq) AS seq FROM (
				SELECT seq FROM shard UNION ALL SELECT seq - 1 + seals FROM journal
			)
		)
		SELECT journal.seq, SUM(requests) AS requests, journal.seq <= sealed.seq AS isSealed
		FROM journal, sealed, shard
		WHERE journal.seq > sealed.seq - 1 + (isApplied AND shard.seq = sealed.seq)
			AND journal.seq > ?
			AND round = (SELECT MAX(round) FROM journal AS same WHERE same.seq = journal.seq)
		GROUP BY journal.seq ORDER BY journal.seq`,
		last,
	);
}

/** Shard writes that the global object has not published; 0 for others. */
export function unpublished({ storage }: SimulatedObject): number {
	if (!storage.has("unpublished")) return 0;
	const [row] = storage.rows<{ settled: number }>(
		"SELECT settled FROM unpublished",
	);
	return row ? writtenOnDisk(storage) - row.settled : 0;
}

/** Tells whether the global object last published under another prefix than this. */
export function isPublishedElsewhere(
	{ storage }: SimulatedObject,
	{ kvPrefix }: CounterSettings,
): boolean {
	return (
		storage.has("published") &&
		storage
			.rows<{ kvPrefix: string }>("SELECT kvPrefix FROM published")
			.some((row) => row.kvPrefix !== kvPrefix)
	);
}

/** Tells whether live objects may lack what the global object is to push. */
export function hasUnpushed({ storage, disk }: SimulatedObject): boolean {
	return (
		!disk.lacksTurns &&
		storage.has("watching") &&
		storage.rows("SELECT 1 FROM turns, watching WHERE settled < turn").length >
			0
	);
}

/** Keys of KV that no manifest names, and when they may be deleted. */
function stale({ storage }: SimulatedObject): {
	key: string;
	until: number | null;
}[] {
	return storage.has("stale")
		? storage.rows("SELECT key, until FROM stale")
		: [];
}

/** At rest, KV has the pages that manifests name, and those that are known. */
export function checkPages(cluster: Cluster): void {
	const global = cluster.objects.get("global");
	const known = global ? stale(global) : [];
	const current = `${cluster.settings.kvPrefix}~`;
	for (const { key, until } of known)
		if (until !== null || key.startsWith(current))
			cluster.report(`${key} is at rest and not deleted`);
	for (const key of cluster.kv.named())
		if (!cluster.kv.has(key)) cluster.report(`${key} is named and not there`);
	const empty = global?.storage.rows<{ first: string }>(
		`SELECT first FROM pages AS page WHERE first <> '' AND NOT EXISTS (
			SELECT 1 FROM counters WHERE total IS NOT NULL AND name >= first
				AND name < COALESCE((SELECT MIN(first) FROM pages WHERE first > page.first), x''))`,
	);
	for (const { first } of empty ?? [])
		cluster.report(`the page that begins with ${first} is empty`);
	const expected = new Set([
		...cluster.kv.named(),
		...known.map(({ key }) => key),
	]);
	for (const key of cluster.kv.pages())
		if (!expected.has(key)) cluster.report(`${key} is in KV for ever`);
}

/** After each commit: who holds something durable must have an alarm. */
export function checkArmed(cluster: Cluster, object: SimulatedObject): void {
	const { incarnation } = object;
	if (!incarnation || object.isArmed || object.isDirty) return;
	// It goes on trying.
	if (object.alarmRefused) return;
	const { shardWriteToGlobalAfter, globalWriteToKVAfter } =
		incarnation.settings;
	const batches = unflushed(cluster, object);
	if (batches.length > 2)
		cluster.report(`${object.name} holds ${batches.length} batches`);
	if (
		batches.some(
			({ isSealed }) => isSealed === 1 || shardWriteToGlobalAfter > 0,
		)
	)
		cluster.report(`${object.name} holds counts without an alarm`);
	if (globalWriteToKVAfter > 0 && unpublished(object) > 0)
		cluster.report(`${object.name} is to publish without an alarm`);
	if (isPublishedElsewhere(object, incarnation.settings))
		cluster.report(
			`${object.name} published under an earlier prefix, without an alarm`,
		);
	if (object.storage.has("writes")) {
		const { events } = incarnation.settings.writeLog;
		const [row] = object.storage.rows<{ rows: number }>(
			"SELECT COUNT(*) AS rows FROM writes",
		);
		if ((row?.rows ?? 0) > events)
			cluster.report(`${object.name}.writes has ${row?.rows} rows`);
	}
	if (hasUnpushed(object))
		cluster.report(`${object.name} is to push without an alarm`);
	if (stale(object).some(({ until }) => until !== null))
		cluster.report(`${object.name} is to delete pages without an alarm`);
}

/** Nothing grows with requests. */
export function checkBounds(
	cluster: Cluster,
	counters: readonly string[],
	keys: number,
	limits: { shards: number; epochs: number; writeLog: number; window: number },
): void {
	const bound = (object: SimulatedObject, table: string, most: number) => {
		if (!object.storage.has(table)) return;
		const [row] = object.storage.rows<{ rows: number }>(
			`SELECT COUNT(*) AS rows FROM ${table}`,
		);
		if ((row?.rows ?? 0) > most)
			cluster.report(`${object.name}.${table} has ${row?.rows} rows`);
	};
	for (const object of cluster.objects.values()) {
		bound(object, "journal", 200);
		bound(object, "staged", 0);
		for (const table of [
			"shard",
			"unpublished",
			"published",
			"size",
			"failures",
			"turns",
		])
			bound(object, table, 1);
		for (const table of ["known", "counters"])
			bound(object, table, counters.length);
		bound(object, "pages", counters.length + 1);
		for (const table of KEY_TABLES) bound(object, table, keys);
		bound(object, "shardings", limits.shards);
		bound(object, "peers", limits.shards - 1);
		bound(object, "shards", limits.shards + limits.epochs);
		bound(object, "writes", limits.writeLog);
		// One table takes keys for as long as one lasts, the other did so before it,
		// and as long may have passed between the two.
		const expires = keysOnDisk(object.storage).map((key) => key.expires);
		const newest = Math.max(...expires);
		const old = expires.filter(
			(one) => one <= newest - 3 * (limits.window + KEPT_LONGER_MS),
		);
		if (old.length > 0)
			cluster.report(`${object.name} keeps ${old.length} expired keys`);
	}
}
