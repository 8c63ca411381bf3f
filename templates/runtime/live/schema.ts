import type { Migration } from "../object/migrations.ts";

/** Tables of live updates. Append an entry to change them; never edit a released one. */
export const LIVE_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- Turns of the global object, and the objects with viewers.

			-- One row.
			CREATE TABLE turns (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				birth INTEGER NOT NULL, -- the first turn
				turn INTEGER NOT NULL, -- the last one
				reset INTEGER NOT NULL, -- that of the last reset
				settled INTEGER NOT NULL -- up to it all pushes were taken
			);

			-- Indices of live objects that may have viewers.
			CREATE TABLE watching (
				object INTEGER PRIMARY KEY
			);
		`,
	},
];
