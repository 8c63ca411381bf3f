import type { Database } from "./database.ts";

/** One step of the tables of a room. Never changes once it was released. */
export interface Migration {
	/** Counts up by one from 1. */
	readonly id: number;
	/** A comment that says what it does, and statements without parameters. */
	readonly sql: string;
}

/**
 * Brings the tables of a room forward: applies what is new of its list, in
 * order, all of it or nothing. Leaves alone what newer code has applied before
 * a rollback.
 *
 * @param room tells lists on the same disk apart
 */
export function migrate(
	database: Database,
	room: string,
	migrations: readonly Migration[],
): void {
	const { sql } = database;
	// Not PRAGMA user_version, which Durable Objects do not authorize.
	sql.exec(`
		CREATE TABLE IF NOT EXISTS migrations (
			room TEXT NOT NULL,
			id INTEGER NOT NULL,
			PRIMARY KEY (room, id)
		) WITHOUT ROWID
	`);
	const rows = sql
		.exec("SELECT id FROM migrations WHERE room = ?", room)
		.raw<[number]>();
	const applied = new Set([...rows].map(([id]) => id));
	const pending = migrations.filter(({ id }) => !applied.has(id));
	if (pending.length === 0) return;
	database.transactionSync(() => {
		for (const migration of pending) {
			sql.exec(migration.sql);
			sql.exec(
				"INSERT INTO migrations (room, id) VALUES (?, ?)",
				room,
				migration.id,
			);
		}
	});
}

/**
 * Drops the tables that a room had alone, so that its list begins anew should the
 * room come back.
 */
export function dropRoom(
	database: Database,
	room: string,
	...tables: readonly string[]
): void {
	database.transactionSync(() => {
		migrate(database, room, []);
		for (const table of tables)
			database.sql.exec(`DROP TABLE IF EXISTS ${table}`);
		database.sql.exec("DELETE FROM migrations WHERE room = ?", room);
	});
}
