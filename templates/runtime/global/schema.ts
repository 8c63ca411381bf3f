import type { Migration } from "../object/migrations.ts";

/** Tables of a global object. Append an entry to change them; never edit a released one. */
export const GLOBAL_SCHEMA: readonly Migration[] = [
	{
		id: 1,
		sql: `
			-- Totals, what shards brought, and publications to KV.

			-- A row a name.
			CREATE TABLE counters (
				name TEXT PRIMARY KEY,
				total INTEGER -- NULL while it is registered only
			) WITHOUT ROWID;

			-- A row a shard with epoch 0, and one for each epoch that brought a batch.
			CREATE TABLE shards (
				shard INTEGER NOT NULL,
				epoch INTEGER NOT NULL,
				seq INTEGER NOT NULL, -- its last batch in the totals
				written INTEGER NOT NULL, -- the number of that one among all writes
				flushes INTEGER NOT NULL,
				requests INTEGER NOT NULL,
				volume REAL NOT NULL, -- sum of the absolute deltas
				PRIMARY KEY (shard, epoch)
			) WITHOUT ROWID;

			-- Increment requests that were refused, by the code of the problem.
			CREATE TABLE refusals (
				code TEXT PRIMARY KEY,
				requests INTEGER NOT NULL
			) WITHOUT ROWID;

			-- The totals in parts, each from its first name to the next page's.
			CREATE TABLE pages (
				first TEXT PRIMARY KEY,
				key TEXT, -- in KV; NULL while the page has none
				dirty INTEGER NOT NULL -- 1: totals changed since it was staged
			) WITHOUT ROWID;
			INSERT INTO pages (first, dirty) VALUES ('', 0);

			-- Pages that KV does not have yet.
			CREATE TABLE staged (
				key TEXT PRIMARY KEY,
				text TEXT NOT NULL -- JSON: {name: total, …}
			) WITHOUT ROWID;

			-- Keys of pages that no publication names any more.
			CREATE TABLE stale (
				key TEXT PRIMARY KEY,
				until INTEGER -- then it is deleted, ms since 1970; NULL: still named in KV
			) WITHOUT ROWID;

			-- One row: what KV does not have. Moments are ms since 1970.
			CREATE TABLE unpublished (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				settled INTEGER NOT NULL, -- shard writes that KV has; a reset takes one away
				since INTEGER, -- first write that KV lacks
				urgent INTEGER NOT NULL, -- 1: not to wait for a threshold
				triedAt INTEGER NOT NULL,
				stagedAt INTEGER, -- moment of the snapshot that staged pages are of
				stagedWrites INTEGER, -- writes that it brings
				publications INTEGER NOT NULL -- that KV took
			);
			INSERT INTO unpublished (id, settled, urgent, triedAt, publications)
				VALUES (0, 0, 0, 0, 0);

			-- At most one row: the prefix of the last publication.
			CREATE TABLE published (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				kvPrefix TEXT NOT NULL
			);

			-- At most one row: publications that failed.
			CREATE TABLE failures (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				total INTEGER NOT NULL,
				inRow INTEGER NOT NULL, -- since the last success
				since INTEGER -- first of these, ms since 1970
			);
		`,
	},
	{
		id: 2,
		sql: `
			-- A journal of batches; code without one finds it folded.

			-- What came since the rows of counters and shards were written: a row a batch,
			-- or several of a checkpoint, which has all that came before it.
			CREATE TABLE journal (
				id INTEGER PRIMARY KEY,
				round INTEGER NOT NULL, -- of the last checkpoint; rows of earlier ones are void
				brought TEXT NOT NULL, -- JSON: [[shard, epoch, seq, flushes, requests, volume], …]
				entries TEXT NOT NULL -- JSON: [[name, delta], …]
			);

			-- At most one row: distinct names.
			CREATE TABLE size (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				names INTEGER NOT NULL
			);

			-- The first that code without a journal writes, when it starts, is the shards
			-- that it knows; other code never adds to them. So it finds all in its tables.
			CREATE TRIGGER fold BEFORE INSERT ON shards
			WHEN EXISTS (SELECT 1 FROM journal) BEGIN
				UPDATE counters SET total = MAX(-9007199254740991,
					MIN(9007199254740991, total + added.delta))
				FROM (
					SELECT value ->> 0 AS name, SUM(value ->> 1) AS delta
					FROM journal, json_each(entries)
					WHERE round = (SELECT MAX(round) FROM journal) GROUP BY 1
				) AS added
				WHERE counters.name = added.name;
				DELETE FROM shards WHERE (shard, epoch) IN (
					SELECT value ->> 0, value ->> 1 FROM journal, json_each(brought)
				);
				INSERT INTO shards
					SELECT value ->> 0, value ->> 1, MAX(value ->> 2), 0, MAX(value ->> 3),
						MAX(value ->> 4), MAX(value ->> 5)
					FROM journal, json_each(brought)
					WHERE round = (SELECT MAX(round) FROM journal)
					GROUP BY value ->> 0, value ->> 1;
				UPDATE shards SET written = (SELECT SUM(flushes) FROM shards);
				DELETE FROM journal;
			END;

			-- It makes room for names without noting how many there are then.
			CREATE TRIGGER recount BEFORE INSERT ON shards BEGIN
				DELETE FROM size;
			END;
		`,
	},
];
