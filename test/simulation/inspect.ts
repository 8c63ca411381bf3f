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
		"SELECT writes FROM unpublished",
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
		for (const table of ["batches", "deltas"]) bound(object, table, 0);
		for (const table of ["shard", "resharded", "unpublished", "published"])
			bound(object, table, 1);
		for (const table of ["known", "counters"])
			bound(object, table, counters.length);
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
