import type { Database } from "../object/database.ts";

/** Counts increment requests that were refused: a row a reason, of which there are few. */
export class RefusalStorage {
	readonly #sql: SqlStorage;

	constructor({ sql }: Database) {
		this.#sql = sql;
	}

	/** @param counts requests by code */
	add(counts: Readonly<Record<string, number>>): void {
		this.#sql.exec(
			`INSERT INTO refusals (code, requests)
			SELECT key, value FROM json_each(?) WHERE true
			ON CONFLICT DO UPDATE SET requests = requests + excluded.requests`,
			JSON.stringify(counts),
		);
	}

	/** Requests by code, since the totals began. */
	all(): Record<string, number> {
		const rows = this.#sql
			.exec("SELECT code, requests FROM refusals ORDER BY code")
			.raw<[string, number]>();
		return Object.fromEntries(rows);
	}
}
