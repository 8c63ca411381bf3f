import type { Migration } from "../object/migrations.ts";

/** Writes the SQL of one of the two tables of keys that have a row each. */
export function rowsTable(table: number): string {
	return `
		CREATE TABLE keyRows${table} (
			key TEXT PRIMARY KEY,
			fingerprint TEXT, -- of the request that counted, NULL if it was claimed only
			claimedBy TEXT NOT NULL, -- JSON: shards that asked for it
			expires INTEGER NOT NULL -- ms since 1970
		) WITHOUT ROWID;
	`;
}

/** Writes the SQL of one of the two tables of packs: each is dropped and made anew at times. */
export function packsTable(table: number): string {
	return `
		CREATE TABLE keyPacks${table} (
			id INTEGER PRIMARY KEY, -- from 0, without a gap
			marks TEXT NOT NULL, -- one character for each key, before the keys: read without them
			lines TEXT NOT NULL -- a key each: see lineOf
		);
	`;
}

/** Tables of idempotency keys. Append an entry to change them; never edit a released one. */
export const KEYS_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- Keys in two tables, and shardings.

			CREATE TABLE keys0 (
				key TEXT PRIMARY KEY,
				fingerprint TEXT, -- of the request that counted, NULL if it was claimed only
				claimedBy TEXT NOT NULL, -- JSON: shards that asked for it
				expires INTEGER NOT NULL -- ms since 1970
			) WITHOUT ROWID;
			CREATE TABLE keys1 (
				key TEXT PRIMARY KEY,
				fingerprint TEXT,
				claimedBy TEXT NOT NULL,
				expires INTEGER NOT NULL
			) WITHOUT ROWID;

			-- One row: the table that takes new keys, and how long each keeps them.
			CREATE TABLE keyTables (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				current INTEGER NOT NULL, -- 0 or 1
				since INTEGER NOT NULL, -- ms since 1970
				longest0 INTEGER NOT NULL, -- ms
				longest1 INTEGER NOT NULL -- ms
			);

			-- Shardings that this shard knows.
			CREATE TABLE shardings (
				shardCount INTEGER PRIMARY KEY,
				reshardings INTEGER NOT NULL,
				at INTEGER NOT NULL -- when this shard noted it, ms since 1970
			);

			-- Other shards that know the latest sharding.
			CREATE TABLE peers (
				shard INTEGER PRIMARY KEY,
				since INTEGER NOT NULL -- ms since 1970
			);
		`,
	},
	{
		id: 2,
		sql: `
			-- Keys in packs. The tables of single keys have other names: code that looks for
			-- keys there, and in no pack, finds no table, and counts nothing that has a key.

			ALTER TABLE keys0 RENAME TO keyRows0;
			ALTER TABLE keys1 RENAME TO keyRows1;
			${packsTable(0)}
			${packsTable(1)}
			ALTER TABLE keyTables ADD COLUMN layout0 TEXT NOT NULL DEFAULT '{"rows":0,"steps":[]}';
			ALTER TABLE keyTables ADD COLUMN layout1 TEXT NOT NULL DEFAULT '{"rows":0,"steps":[]}';

			-- A row for each commit whose keys are in no pack yet.
			CREATE TABLE keyJournal (
				id INTEGER PRIMARY KEY, -- from 0
				round INTEGER NOT NULL, -- void if another than that of keyTables
				lines TEXT NOT NULL -- as in a pack
			);
			ALTER TABLE keyTables ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
		`,
	},
];
