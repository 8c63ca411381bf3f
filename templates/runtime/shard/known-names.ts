import type { Database } from "../object/database.ts";
import { jsonTexts } from "../object/database.ts";
import type { Amount } from "../protocol.ts";

/** Names kept in memory besides the disk; a few megabytes at the most. */
const MAX_REMEMBERED_NAMES = 20_000;

/**
 * The counters that a shard knows the global object to have room for. A name
 * that is not among them must be registered there before it is counted.
 */
export class KnownNames {
	readonly #database: Database;
	readonly #memory = new Set<string>();
	#forgotten = 0;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Counts how often names were forgotten. */
	get forgotten(): number {
		return this.#forgotten;
	}

	/** Picks the names of entries that are not known yet. */
	unknown(entries: readonly Amount[]): string[] {
		const names = entries
			.map(([name]) => name)
			.filter((name) => !this.#memory.has(name));
		const known = new Set(jsonTexts(names).flatMap((text) => this.#find(text)));
		for (const name of known) this.#remember(name);
		return names.filter((name) => !known.has(name));
	}

	add(names: readonly string[]): void {
		this.#database.transactionSync(() => {
			for (const text of jsonTexts(names))
				this.#database.sql.exec(
					"INSERT OR IGNORE INTO known (name) SELECT value FROM json_each(?)",
					text,
				);
		});
		for (const name of names) this.#remember(name);
	}

	/** After a reset of one name, or of all, these must be registered anew. */
	forget(name: string | true): void {
		const { sql } = this.#database;
		if (name === true) {
			sql.exec("DELETE FROM known");
			this.#memory.clear();
		} else {
			sql.exec("DELETE FROM known WHERE name = ?", name);
			this.#memory.delete(name);
		}
		this.#forgotten++;
	}

	/** Picks the names of a JSON list that are on disk. */
	#find(names: string): string[] {
		const found = this.#database.sql
			.exec(
				"SELECT value FROM json_each(?) WHERE value IN (SELECT name FROM known)",
				names,
			)
			.raw<[string]>();
		return [...found].map(([name]) => name);
	}

	#remember(name: string): void {
		if (this.#memory.size >= MAX_REMEMBERED_NAMES) this.#memory.clear();
		this.#memory.add(name);
	}
}
