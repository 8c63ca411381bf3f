import { type Database, jsonTexts, type Remember } from "../object/database.ts";

/** Most names without room that an answer lists; one more than a refusal shows. */
const MAX_REFUSED_NAMES = 11;

/** Room for names that are not there yet: taken in memory, to be kept at the end. */
export class NameRoom {
	readonly #unknown: Set<string>;
	readonly #taken: string[] = [];
	#left: number;

	/** @param left names that there is room for */
	constructor(unknown: readonly string[], left: number) {
		this.#unknown = new Set(unknown);
		this.#left = left;
	}

	/** Names that took room. */
	get taken(): readonly string[] {
		return this.#taken;
	}

	/**
	 * Takes room for all names of a list, or for none of them.
	 *
	 * @returns those there is no room for
	 */
	take(names: readonly string[]): readonly string[] {
		const added = names.filter((name) => this.#unknown.has(name));
		const room = Math.max(0, this.#left);
		if (added.length > room) return added.slice(room, room + MAX_REFUSED_NAMES);
		for (const name of added) {
			this.#unknown.delete(name);
			this.#taken.push(name);
		}
		this.#left -= added.length;
		return [];
	}
}

/**
 * Keeps which names there are, a row each, and how many. What writes is to be
 * called in a transaction.
 */
export class NameStorage {
	readonly #sql: SqlStorage;
	#count: number;

	constructor({ sql }: Database) {
		this.#sql = sql;
		const [row] = sql
			.exec<{ names: number }>("SELECT names FROM size")
			.toArray();
		this.#count = row?.names ?? 0;
		// After code that does not keep their number.
		if (!row) this.#note(this.#countAll())();
	}

	/** Distinct names, those that are registered only included. */
	get count(): number {
		return this.#count;
	}

	/**
	 * Makes room for each list of names, as long as there are at most `limit`
	 * names in all: for the whole list or for none of it.
	 *
	 * @returns of each list, the names there was no room for
	 */
	register(
		lists: readonly (readonly string[])[],
		limit: number,
	): { refused: string[][]; remember: Remember } {
		let names = this.#count;
		const refused = lists.map((list) => {
			const room = Math.max(0, limit - names);
			const added = this.#unknown(list, room + MAX_REFUSED_NAMES);
			if (added.length > room) return added.slice(room);
			this.#insert(added);
			names += added.length;
			return [];
		});
		return { refused, remember: this.#note(names) };
	}

	/** Finds the room for some names; nothing of it is taken yet. */
	room(names: readonly string[], limit: number): NameRoom {
		return new NameRoom(this.#unknown(names), limit - this.#count);
	}

	/** Keeps names that have taken room. */
	add(names: readonly string[]): Remember {
		this.#insert(names);
		return this.#note(this.#count + names.length);
	}

	/** Gives names a total of 0 that have none yet: they are counted from now on. */
	begin(names: readonly string[]): Remember {
		const uncounted = this.#uncounted(names);
		// Those that a reset forgot come back without being registered.
		const unknown = this.#unknown(uncounted).length;
		for (const text of jsonTexts(uncounted))
			this.#sql.exec(
				`INSERT INTO counters (name, total)
				SELECT value, 0 FROM json_each(?) WHERE true
				ON CONFLICT DO UPDATE SET total = 0 WHERE total IS NULL`,
				text,
			);
		return this.#note(this.#count + unknown);
	}

	/** Forgets a name, and its total. */
	forget(name: string, registered: readonly string[]): Remember {
		const known = 1 - this.#unknown([name]).length;
		this.#sql.exec("DELETE FROM counters WHERE name = ?", name);
		return this.#keep(this.#count - known, registered);
	}

	/** Forgets all names, and their totals. */
	forgetAll(registered: readonly string[]): Remember {
		// A table that is dropped costs nothing, whatever its size. Newer code may have
		// given it further columns.
		const [table] = this.#sql
			.exec<{ sql: string }>(
				"SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'counters'",
			)
			.toArray();
		this.#sql.exec("DROP TABLE counters");
		this.#sql.exec(table?.sql ?? "");
		return this.#keep(0, registered);
	}

	/** Makes room for names that a reset leaves registered. */
	#keep(names: number, registered: readonly string[]): Remember {
		const unknown = this.#unknown(registered);
		this.#insert(unknown);
		return this.#note(names + unknown.length);
	}

	#insert(names: readonly string[]): void {
		for (const text of jsonTexts(names))
			this.#sql.exec(
				"INSERT OR IGNORE INTO counters (name) SELECT value FROM json_each(?)",
				text,
			);
	}

	/** Picks the names that have no total. */
	#uncounted(names: readonly string[]): string[] {
		return jsonTexts(names).flatMap((text) =>
			[
				...this.#sql
					.exec(
						`SELECT value FROM json_each(?) WHERE NOT EXISTS
							(SELECT 1 FROM counters WHERE name = value AND total IS NOT NULL)`,
						text,
					)
					.raw<[string]>(),
			].map(([name]) => name),
		);
	}

	#unknown(names: readonly string[], most = -1): string[] {
		return jsonTexts(names).flatMap((text) =>
			[
				...this.#sql
					.exec(
						`SELECT DISTINCT value FROM json_each(?) WHERE NOT EXISTS
							(SELECT 1 FROM counters WHERE name = value) LIMIT ?`,
						text,
						most,
					)
					.raw<[string]>(),
			].map(([name]) => name),
		);
	}

	/** Costs a row if the number is another. */
	#note(names: number): Remember {
		if (names !== this.#count)
			this.#sql.exec(
				"INSERT OR REPLACE INTO size (id, names) VALUES (0, ?)",
				names,
			);
		return () => {
			this.#count = names;
		};
	}

	#countAll(): number {
		return this.#sql
			.exec<{ names: number }>("SELECT COUNT(*) AS names FROM counters")
			.one().names;
	}
}
