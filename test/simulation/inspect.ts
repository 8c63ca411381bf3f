import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { Cluster } from "./cluster.ts";
import type { SimulatedObject } from "./object.ts";

interface Held {
	seq: number;
	requests: number;
	/** Null while it is open. */
	reason: string | null;
}

/** The batches that a shard holds; none for other objects. */
export function unflushed({ storage }: SimulatedObject): Held[] {
	return storage.has("batches")
		? storage.rows("SELECT seq, requests, reason FROM batches ORDER BY seq")
		: [];
}

/** Shard writes that the global object has not published; 0 for others. */
export function unpublished({ storage }: SimulatedObject): number {
	if (!storage.has("unpublished")) return 0;
	const [row] = storage.rows<{ writes: number }>(
		"SELECT (SELECT COALESCE(MAX(written), 0) FROM shards) - settled AS writes FROM unpublished",
	);
	return row?.writes ?? 0;
}

/** Whether the global object last published under another prefix than this. */
export function owesPublication(
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
	const { shardWriteToGlobalAfter, globalWriteToKVAfter } =
		incarnation.settings;
	const batches = unflushed(object);
	if (batches.length > 2)
		cluster.report(`${object.name} holds ${batches.length} batches`);
	if (
		batches.some(({ reason }) => reason !== null || shardWriteToGlobalAfter > 0)
	)
		cluster.report(`${object.name} holds counts without an alarm`);
	if (globalWriteToKVAfter > 0 && unpublished(object) > 0)
		cluster.report(`${object.name} is to publish without an alarm`);
	if (owesPublication(object, incarnation.settings))
		cluster.report(`${object.name} owes a publication without an alarm`);
	if (object.storage.has("writes")) {
		const { writeLog } = incarnation.settings;
		const [row] = object.storage.rows<{ rows: number }>(
			"SELECT COUNT(*) AS rows FROM writes",
		);
		if ((row?.rows ?? 0) > writeLog)
			cluster.report(`${object.name}.writes has ${row?.rows} rows`);
	}
	if (stale(object).some(({ until }) => until !== null))
		cluster.report(`${object.name} is to delete pages without an alarm`);
}

/** Nothing grows with requests. */
export function checkBounds(
	cluster: Cluster,
	counters: readonly string[],
	keys: number,
	limits: { shards: number; writeLog: number; window: number },
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
		for (const table of ["batches", "deltas", "staged"])
			bound(object, table, 0);
		for (const table of ["shard", "resharded", "unpublished", "published"])
			bound(object, table, 1);
		for (const table of ["known", "counters"])
			bound(object, table, counters.length);
		bound(object, "pages", counters.length + 1);
		bound(object, "keys", keys);
		bound(object, "shards", limits.shards);
		bound(object, "writes", limits.writeLog);
		if (!object.storage.has("keys")) continue;
		const expired = object.storage.rows(
			`SELECT key FROM keys WHERE expires <= (SELECT MAX(expires) FROM keys) - ${limits.window}`,
		);
		// The newest key was saved at that moment, and removed what had expired.
		if (expired.length > 1)
			cluster.report(`${object.name} keeps ${expired.length} expired keys`);
	}
}
