import type { Migration } from "../object/migrations.ts";

/** Table of the write log. Append an entry to change it; never edit a released one. */
export const WRITE_LOG_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- A ring of write events.

			CREATE TABLE writes (
				id INTEGER PRIMARY KEY, -- the highest is the newest
				cmd TEXT NOT NULL,
				event TEXT NOT NULL,
				shardName TEXT NOT NULL,
				counters TEXT NOT NULL, -- JSON: {name: delta, …}
				timestamp INTEGER NOT NULL -- ms since 1970
			);
		`,
	},
];
