import { expect, test } from "vitest";
import { KeyStorage } from "../../templates/runtime/idempotency/key-storage.ts";
import { KEYS_SCHEMA } from "../../templates/runtime/idempotency/schema.ts";
import { migrate } from "../../templates/runtime/object/migrations.ts";
import { keysOnDisk } from "./keys-on-disk.ts";
import { Place } from "./lone-objects.ts";

const HOUR_MS = 3_600_000;

/** Keys that share a commit of a busy shard. */
const COMMIT_KEYS = 15;

/** The keys of a shard, in the code that runs now. */
class Keys {
	readonly place = new Place();
	storage: KeyStorage;

	constructor() {
		migrate(this.place.database, "idempotency", KEYS_SCHEMA);
		this.storage = this.started();
	}

	/** Starts it on what is on disk. */
	started(): KeyStorage {
		return new KeyStorage(this.place.database, HOUR_MS, this.place.now);
	}

	/** Counts keys in commits, as a shard does. */
	count(keys: readonly string[], each = COMMIT_KEYS): void {
		for (let n = 0; n < keys.length; n += each) {
			const commit = keys.slice(n, n + each).map((key) => [key, `f ${key}`]);
			this.storage.forget(this.place.now);
			const remember = this.place.database.transactionSync(() =>
				this.storage.count(
					new Map(commit as [string, string][]),
					this.place.now,
				),
			);
			remember();
		}
	}

	/** Those of the keys that a storage does not find. */
	missing(keys: readonly string[], storage = this.storage): string[] {
		const { now } = this.place;
		return keys.filter(
			(key) => storage.find(key, now)?.fingerprint !== `f ${key}`,
		);
	}
}

function keysFrom(first: number, count: number): string[] {
	return Array.from({ length: count }, (_, n) => `key "${first + n}" é`);
}

test("every key is found while packs are merged, and after a restart", () => {
	const keys = new Keys();
	const counted: string[] = [];
	for (let pack = 0; pack < 70; pack++) {
		const some = keysFrom(counted.length, 300);
		keys.count(some);
		counted.push(...some);
		const sample = counted.filter((_, n) => (n + pack) % 101 === 0);
		expect(keys.missing(sample)).toEqual([]);
	}
	expect(keys.missing(counted, keys.started())).toEqual([]);
	expect(keys.missing(keysFrom(-500, 500))).toHaveLength(500);
});

test("a key of a busy shard costs an eighth of a row at the most", () => {
	const keys = new Keys();
	const { storage } = keys.place;
	const before = storage.rowsWritten;
	const counted = keysFrom(0, 60_000);
	keys.count(counted);
	expect((storage.rowsWritten - before) / counted.length).toBeLessThan(0.125);
});

test("of ten new keys one reads packs at the most, once a restarted shard has read their marks", () => {
	const keys = new Keys();
	keys.count(keysFrom(0, 20_000));
	let statements = 0;
	const { sql } = keys.place.database;
	const counting = {
		...keys.place.database,
		sql: {
			exec: (...query: Parameters<typeof sql.exec>) => {
				statements++;
				return sql.exec(...query);
			},
		} as typeof sql,
	};
	const storage = new KeyStorage(counting, HOUR_MS, keys.place.now);
	statements = 0;
	for (const key of keysFrom(20_000, 1_000))
		expect(storage.find(key, keys.place.now)).toBeUndefined();
	expect(statements).toBeLessThan(200);
	statements = 0;
	for (const key of keysFrom(30_000, 1_000))
		expect(storage.find(key, keys.place.now)).toBeUndefined();
	expect(statements).toBeLessThan(100);
});

test("a commit of many keys is packed at once", () => {
	const keys = new Keys();
	const counted = keysFrom(0, 5_000);
	const before = keys.place.storage.rowsWritten;
	keys.count(counted, counted.length);
	expect(keys.place.storage.rowsWritten - before).toBeLessThan(100);
	expect(keys.place.rows("keyJournal")).toBe(0);
	expect(keys.missing(counted, keys.started())).toEqual([]);
});

test("what a pack has no room for has a row of its own", () => {
	const keys = new Keys();
	const counted = keysFrom(0, 256).map((key) => key.padEnd(3_000, "x"));
	keys.count(counted);
	expect(keys.place.rows("keyRows0")).toBeGreaterThan(0);
	expect(keys.missing(counted)).toEqual([]);
	expect(keys.missing(counted, keys.started())).toEqual([]);
});

test("keys end with their window, and leave no row", () => {
	const keys = new Keys();
	const { place } = keys;
	const first = keysFrom(0, 1_000);
	keys.count(first);
	place.now += 2 * HOUR_MS;
	expect(keys.missing(first)).toEqual(first);
	const second = keysFrom(1_000, 10);
	keys.count(second);
	place.now += HOUR_MS / 2;
	// It has taken the place of the table that was there first.
	expect(keys.missing(second)).toEqual([]);
	place.now += 2 * HOUR_MS;
	keys.count(keysFrom(2_000, 10));
	expect(keysOnDisk(place.storage)).toHaveLength(10);
});

/** Statements of the code before packs, in the order of a request with a key. */
const BEFORE = [
	"SELECT fingerprint, claimedBy FROM keys0 WHERE key = 'k' AND expires > 0",
	"INSERT INTO keys0 (key, fingerprint, claimedBy, expires) VALUES ('k', 'f', '[]', 1)",
	"DROP TABLE keys0",
];

test("keys of the code before packs are found for their window, and that code finds none", () => {
	const place = new Place();
	migrate(place.database, "idempotency", KEYS_SCHEMA.slice(0, 1));
	const { sql } = place.database;
	const kept = HOUR_MS + 120_000;
	sql.exec(
		"INSERT INTO keyTables (id, current, since, longest0, longest1) VALUES (0, 1, ?, ?, ?)",
		place.now,
		kept,
		kept,
	);
	for (const table of [0, 1])
		sql.exec(
			`INSERT INTO keys${table} (key, fingerprint, claimedBy, expires) VALUES (?, 'f', '[]', ?)`,
			`key ${table}`,
			place.now + kept,
		);
	migrate(place.database, "idempotency", KEYS_SCHEMA);
	const storage = new KeyStorage(place.database, HOUR_MS, place.now);
	for (const table of [0, 1])
		expect(storage.find(`key ${table}`, place.now)?.fingerprint).toBe("f");
	for (const statement of BEFORE)
		expect(() => sql.exec(statement)).toThrow("no such table");
	// Its first writes to the disk work: without keys it counts on.
	sql.exec(
		"INSERT INTO keyTables (id, current, since, longest0, longest1) VALUES (0, 0, 1, 1, 1) ON CONFLICT DO NOTHING",
	);
	place.now += kept;
	expect(storage.find("key 0", place.now)).toBeUndefined();
	storage.forget(place.now);
	place.now += kept;
	storage.forget(place.now);
	expect(place.rows("keyRows0") + place.rows("keyRows1")).toBe(0);
});
