import type { Database } from "../object/database.ts";
import type { Entry } from "../protocol.ts";
import type { PageTops, TopPage } from "./contract.ts";
import { highest } from "./highest.ts";

/** A page in KV whose highest counters are not known, or too few of them. */
const MISSING = `key IS NOT NULL AND NOT EXISTS
	(SELECT 1 FROM tops WHERE tops.key = pages.key AND counters >= ?)`;

/** Keeps the highest counters of each page, a row each. */
export class TopStorage implements PageTops {
	readonly #sql: SqlStorage;
	readonly #counters: number;

	/** @param counters to keep of each page */
	constructor({ sql }: Database, counters: number) {
		this.#sql = sql;
		this.#counters = counters;
	}

	areMissing(): boolean {
		const query = `SELECT 1 FROM pages WHERE ${MISSING} LIMIT 1`;
		return this.#sql.exec(query, this.#counters).toArray().length > 0;
	}

	markMissing(): void {
		this.#sql.exec(
			`UPDATE pages SET dirty = 1 WHERE dirty = 0 AND ${MISSING}`,
			this.#counters,
		);
	}

	keep(key: string, text: string): void {
		const entries: Entry[] = Object.entries(JSON.parse(text));
		this.#sql.exec(
			"DELETE FROM tops WHERE key NOT IN (SELECT key FROM pages WHERE key IS NOT NULL)",
		);
		this.#sql.exec(
			"INSERT INTO tops (key, counters, entries) VALUES (?, ?, ?)",
			key,
			this.#counters,
			JSON.stringify(highest(entries, this.#counters)),
		);
	}

	addTo<Page extends TopPage>(pages: readonly Page[]): readonly Page[] {
		// They were staged by code that does not know of it.
		if (this.areMissing()) return pages;
		const rows = this.#sql
			.exec<{ entries: string }>(
				"SELECT entries FROM tops JOIN pages ON pages.key = tops.key",
			)
			.toArray();
		const all = rows.flatMap(({ entries }): Entry[] => JSON.parse(entries));
		const top = highest(all, this.#counters);
		return pages.map((page, n) => (n === 0 ? { ...page, top } : page));
	}
}
