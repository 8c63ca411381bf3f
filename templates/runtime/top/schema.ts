import type { Migration } from "../object/migrations.ts";

/** Table of the highest counters. Append an entry to change it; never edit a released one. */
export const TOP_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- The highest counters of each page.

			CREATE TABLE tops (
				key TEXT PRIMARY KEY, -- of the page, in KV
				counters INTEGER NOT NULL, -- most that there is room for
				entries TEXT NOT NULL -- JSON: [[name, total], …], the highest first
			) WITHOUT ROWID;
		`,
	},
];
