import type { Database } from "../object/database.ts";
import type { Delta } from "./delta.ts";

/** The counted names of the page that begins with ?1. Any BLOB is past any TEXT. */
const RANGE = `name >= ?1
	AND name < COALESCE((SELECT MIN(first) FROM pages WHERE first > ?1), x'')
	AND total IS NOT NULL`;

/** Reads the pages of the totals: each is named by the first name that it may have. */
export class PageTexts {
	readonly #sql: SqlStorage;
	readonly #delta: Delta;

	constructor({ sql }: Database, delta: Delta) {
		this.#sql = sql;
		this.#delta = delta;
	}

	/** Tells whether any name of a page has a total. */
	hasNames(first: string): boolean {
		const query = `SELECT 1 FROM counters WHERE ${RANGE} LIMIT 1`;
		return this.#sql.exec(query, first).toArray().length > 0;
	}

	/** The JSON of a page; undefined if that has more bytes, and can be divided. */
	read(first: string, pageBytes: number): string | undefined {
		const { names, bytes } = this.#measure(first);
		if (bytes > pageBytes && names > 1) return undefined;
		// Two texts cross to JavaScript in a third of the time that as many rows take.
		const page = this.#sql
			.exec<{ names: string; totals: string }>(
				`SELECT json_group_array(name) AS names, json_group_array(total) AS totals
				FROM (SELECT name, total FROM counters WHERE ${RANGE} ORDER BY name)`,
				first,
			)
			.one();
		const totals: number[] = JSON.parse(page.totals);
		const members = JSON.parse(page.names).map(
			(name: string, n: number) =>
				`${JSON.stringify(name)}:${this.#delta.total(name, totals[n] ?? 0)}`,
		);
		const text = `{${members}}`;
		const fits = new TextEncoder().encode(text).length <= pageBytes;
		return fits || names < 2 ? text : undefined;
	}

	/** The name in the middle of a page. */
	middle(first: string): string {
		const { names } = this.#measure(first);
		return this.#sql
			.exec<{ name: string }>(
				`SELECT name FROM counters WHERE ${RANGE} ORDER BY name LIMIT 1 OFFSET ?2`,
				first,
				names >> 1,
			)
			.one().name;
	}

	/** Counts the names of a page, and the bytes that its JSON has at the least. */
	#measure(first: string): { names: number; bytes: number } {
		return this.#sql
			.exec<{ names: number; bytes: number }>(
				`SELECT COUNT(*) AS names, TOTAL(octet_length(json_quote(name)) + 3) AS bytes
				FROM counters WHERE ${RANGE}`,
				first,
			)
			.one();
	}
}
