import type { Migration } from "../object/migrations.ts";

/** Adds to the tables of a shard. Append an entry to change it; never edit a released one. */
export const SHARD_HISTORY_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- Slots of commits.

			-- Slot of the commit: see SlotItem. NULL: code without history wrote it.
			ALTER TABLE journal ADD COLUMN slot INTEGER;

			-- Such code writes in the place of earlier rows, and leaves their slots.
			CREATE TRIGGER unstamped BEFORE INSERT ON journal WHEN NEW.slot IS NULL BEGIN
				UPDATE journal SET slot = NULL WHERE id = NEW.id;
			END;
		`,
	},
];

/** Tables of history. Append an entry to change them; never edit a released one. */
export const HISTORY_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- Buckets of counters.

			-- JSON: see SlotItem. What of the entries is in no row of buckets yet.
			ALTER TABLE journal ADD COLUMN slots TEXT;

			-- Code without history would bring totals that no bucket has. It fails, and
			-- shards keep what they hold.
			CREATE TRIGGER keepJournal BEFORE INSERT ON journal WHEN NEW.slots IS NULL BEGIN
				SELECT RAISE(ABORT, 'this code keeps no history, and the one before it did: deploy that');
			END;
			CREATE TRIGGER keepShards BEFORE INSERT ON shards BEGIN
				SELECT RAISE(ABORT, 'this code keeps no history, and the one before it did: deploy that');
			END;

			-- One row. Moments are slots: minutes since 1970.
			CREATE TABLE history (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				began INTEGER NOT NULL,
				mark INTEGER NOT NULL, -- nothing is added before it any more
				late INTEGER NOT NULL -- sum of the absolute deltas that came after their bucket had ended
			);

			-- A row a kind of buckets. Moments are slots.
			CREATE TABLE levels (
				level INTEGER PRIMARY KEY, -- 0: slots, 1: hours, 2: days
				since INTEGER NOT NULL, -- there is nothing to answer before it
				summed INTEGER NOT NULL, -- to here buckets are written, as sums of finer ones
				pruned INTEGER NOT NULL -- to here they are deleted
			);

			-- The time zones in which buckets begin, each from a slot on.
			CREATE TABLE eras (
				since INTEGER PRIMARY KEY,
				timeZone TEXT NOT NULL
			);

			-- A counter's buckets of a block of time.
			CREATE TABLE buckets (
				level INTEGER NOT NULL,
				block INTEGER NOT NULL, -- slot at which it begins
				name TEXT NOT NULL,
				sums TEXT NOT NULL, -- JSON: [[slots after the block's beginning, sum], …]
				PRIMARY KEY (level, block, name)
			) WITHOUT ROWID;
		`,
	},
];
