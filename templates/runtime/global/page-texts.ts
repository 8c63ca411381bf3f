import { compareNames } from "../names.ts";
import type { Database } from "../object/database.ts";
import { type Delta, MAX_TOTAL } from "./delta.ts";

/** The counted names of the page that begins with ?1. Any BLOB is past any TEXT. */
const RANGE = `name >= ?1
	AND name < COALESCE((SELECT MIN(first) FROM pages WHERE first > ?1), x'')
	AND total IS NOT NULL`;

/** JSON of what rows have … */
const ROWS = `'{' || group_concat(json_quote(name) || ':' || total) || '}'`;

/** … and the same in half of the time, where no name has U+0000: it would end there. */
const PLAIN_ROWS = "json_group_object(name, total)";

/** Characters of the longest total. */
const MAX_DIGITS = `${-MAX_TOTAL}`.length;

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

	/** The names that the delta has, in their order: {@link read} adds what it has of them. */
	counted(): string[] {
		return this.#delta
			.entries()
			.map(([name]) => name)
			.sort(compareNames);
	}

	/**
	 * The JSON of a page; undefined if that has more bytes, and can be divided.
	 *
	 * @param counted see {@link counted}
	 */
	read(
		first: string,
		pageBytes: number,
		counted: readonly string[],
	): string | undefined {
		const { names, bytes, isPlain, next } = this.#measure(first);
		if (bytes > pageBytes && names > 1) return undefined;
		// SQLite makes the text in a fifth of the time that JavaScript takes.
		const { rows } = this.#sql
			.exec<{ rows: string }>(
				`SELECT ${isPlain ? PLAIN_ROWS : ROWS} AS rows FROM counters WHERE ${RANGE}`,
				first,
			)
			.one();
		const from = placeOf(first, counted);
		const to = next === null ? counted.length : placeOf(next, counted);
		const text = this.#addDelta(rows, counted.slice(from, to));
		const fits = new TextEncoder().encode(text).length <= pageBytes;
		return fits || names < 2 ? text : undefined;
	}

	/** Adds what the delta has of some names to the JSON of what their rows have. */
	#addDelta(rows: string, names: readonly string[]): string {
		// A comma and a quote begin a member: in a name, JSON puts a backslash between.
		const members = `,${rows.slice(1)}`;
		let text = "";
		let done = 0;
		for (const name of names) {
			const key = `,${JSON.stringify(name)}:`;
			// Rows come in the order of names, by which the range is searched.
			const found = members.indexOf(key, done);
			// A name without a row is in no answer, either.
			if (found < 0) continue;
			const at = found + key.length;
			const [row = ""] =
				/^-?\d+/.exec(members.slice(at, at + MAX_DIGITS)) ?? [];
			const total = this.#delta.total(name, Number(row));
			text += `${members.slice(done, at)}${total}`;
			done = at + row.length;
		}
		return `{${(text + members.slice(done)).slice(1)}`;
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

	/**
	 * Counts the names of a page, and the bytes that its JSON has at the least; tells
	 * whether all are of ASCII without U+0000, where `length` stops, and where the next
	 * page begins.
	 */
	#measure(first: string): {
		names: number;
		bytes: number;
		isPlain: boolean;
		next: string | null;
	} {
		const { names, bytes, characters, next } = this.#sql
			.exec<{
				names: number;
				bytes: number | null;
				characters: number | null;
				next: string | null;
			}>(
				`SELECT COUNT(*) AS names, SUM(octet_length(name)) AS bytes,
					SUM(length(name)) AS characters,
					(SELECT MIN(first) FROM pages WHERE first > ?1) AS next
				FROM counters WHERE ${RANGE}`,
				first,
			)
			.one();
		return {
			names,
			// Adds two quotes, a colon, a digit and a comma for each.
			bytes: (bytes ?? 0) + 5 * names,
			isPlain: bytes === characters,
			next,
		};
	}
}

/** Finds how many of the names, which are in their order, come before one. */
function placeOf(name: string, names: readonly string[]): number {
	let [from, to] = [0, names.length];
	while (from < to) {
		const middle = (from + to) >> 1;
		if (compareNames(names[middle] ?? "", name) < 0) from = middle + 1;
		else to = middle;
	}
	return from;
}
