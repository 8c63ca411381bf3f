import type { Migration } from "../object/migrations.ts";

/** Writes the SQL of one of the two tables of keys: each is dropped and made anew at times. */
export function keysTable(table: number): string {
	return `
		CREATE TABLE keys${table} (
			key TEXT PRIMARY KEY,
			fingerprint TEXT, -- of the request that counted, NULL if it was claimed only
			claimedBy TEXT NOT NULL, -- JSON: shards that asked for it
			expires INTEGER NOT NULL -- ms since 1970
		) WITHOUT ROWID;
	`;
}

/** Tables of idempotency keys. Append an entry to change them; never edit a released one. */
export const KEYS_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		description: "Keys in two tables, and shardings",
		sql: `
			${keysTable(0)}
			${keysTable(1)}

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
];
