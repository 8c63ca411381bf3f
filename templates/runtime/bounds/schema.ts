import type { Migration } from "../object/migrations.ts";

/** Tables of a shard's loans. Append an entry to change them; never edit a released one. */
export const SHARD_BOUNDS_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- Loans of a shard.

			-- One row.
			CREATE TABLE lending (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				holder INTEGER NOT NULL, -- unlike that of any other disk
				floor INTEGER NOT NULL, -- turn of the last forget: what is older is ignored
				folded INTEGER NOT NULL, -- the last batch that nets have
				recent TEXT NOT NULL -- JSON: [[name, delta], …] of batches that no row has
			);

			-- A row a counter. Its net count is base, recent, and what the journal has.
			CREATE TABLE loans (
				name TEXT PRIMARY KEY,
				generation INTEGER NOT NULL,
				up INTEGER NOT NULL, -- given back by direction, a growing sum
				down INTEGER NOT NULL,
				base INTEGER NOT NULL
			) WITHOUT ROWID;
		`,
	},
	{
		id: 2,
		sql: `
			-- 1: not drained since code that knows no loans counted here, or sent a batch.
			ALTER TABLE lending ADD COLUMN isForeign INTEGER NOT NULL DEFAULT 0;
		`,
	},
];

/** Tables of the lender. Append an entry to change them; never edit a released one. */
export const BOUNDS_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- Loans to shards, and bounds of single counters.

			-- One row.
			CREATE TABLE bounds (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				turn INTEGER NOT NULL,
				began INTEGER NOT NULL, -- 1: all shards were drained, and count against loans
				rule TEXT NOT NULL, -- limits that it began with, JSON
				per TEXT NOT NULL -- period that it began with
			);

			-- Bounds of their own.
			CREATE TABLE limits (
				name TEXT PRIMARY KEY,
				limits TEXT NOT NULL -- JSON: {min, max}
			) WITHOUT ROWID;

			-- A row a counter that was lent to.
			CREATE TABLE generations (
				name TEXT PRIMARY KEY,
				generation INTEGER NOT NULL, -- a turn
				base INTEGER NOT NULL, -- the total when it began
				end INTEGER -- ms since 1970; NULL: it does not end by itself
			) WITHOUT ROWID;

			-- A row a loan of a counter's generation. Sums by direction grow.
			CREATE TABLE loans (
				name TEXT NOT NULL,
				shard INTEGER NOT NULL,
				holder INTEGER NOT NULL,
				up INTEGER NOT NULL, -- lent
				down INTEGER NOT NULL,
				backUp INTEGER NOT NULL, -- given back
				backDown INTEGER NOT NULL,
				serial INTEGER NOT NULL, -- counts grants
				free INTEGER NOT NULL, -- directions that were lent without a bound: 1 is up, 2 is down
				isOpen INTEGER NOT NULL, -- 1: the shard may have something left
				PRIMARY KEY (name, shard, holder)
			) WITHOUT ROWID;

			-- Code that knows no bounds leaves it NULL, and they begin anew.
			ALTER TABLE journal ADD COLUMN bounded INTEGER;
			CREATE TRIGGER unbounded BEFORE INSERT ON journal WHEN NEW.bounded IS NULL BEGIN
				UPDATE bounds SET began = 0 WHERE began <> 0;
			END;
		`,
	},
];
