import type { Migration } from "../object/migrations.ts";

/** Tables of a shard. Append an entry to change them; never edit a released one. */
export const SHARD_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- Counts on their way to the global object, and known names.

			-- One row: the storage's epoch, and the last sealed batch.
			CREATE TABLE shard (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				epoch INTEGER NOT NULL, -- unlike that of any other storage
				seq INTEGER NOT NULL,
				isApplied INTEGER NOT NULL -- 1: the global object has that batch
			);

			-- A row a commit, whatever the number of counters in it.
			CREATE TABLE journal (
				id INTEGER PRIMARY KEY,
				seq INTEGER NOT NULL, -- its batch
				round INTEGER NOT NULL, -- of the batch's rows, the latest round holds
				requests INTEGER NOT NULL,
				since INTEGER NOT NULL, -- first increment of the batch, ms since 1970
				entries TEXT NOT NULL, -- JSON: [[name, delta], …]
				seals INTEGER NOT NULL -- 1: the batch was sealed with it
			);

			-- Counters that the global object has room for.
			CREATE TABLE known (name TEXT PRIMARY KEY) WITHOUT ROWID;

			-- At most one row: flushes that failed.
			CREATE TABLE failures (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				total INTEGER NOT NULL,
				inRow INTEGER NOT NULL, -- since the last success
				since INTEGER -- first of these, ms since 1970
			);
		`,
	},
];
