import type { Database } from "./database.ts";
import type { FailureCounts } from "./health.ts";

type Row = {
	total: number;
	inRow: number;
	/** Moment of the first in a row; milliseconds since 1970. */
	since: number | null;
};

/**
 * Counts failures of what an object does for itself. On disk, because an object
 * whose attempts are far apart is evicted in between. Only a failure, and the
 * success after it, cost a row.
 *
 * A full disk is a common reason to fail, and takes no row. So memory counts
 * what happened, and the disk is brought in line by the next attempt.
 */
export class FailureStorage {
	readonly #sql: SqlStorage;
	#row: Row;
	/** The disk has not taken the row. */
	#isBehind = false;

	constructor({ sql }: Database) {
		this.#sql = sql;
		const [row] = sql
			.exec<Row>("SELECT total, inRow, since FROM failures")
			.toArray();
		this.#row = row ?? { total: 0, inRow: 0, since: null };
	}

	get counts(): FailureCounts {
		const { total, inRow } = this.#row;
		return { total, inRow };
	}

	/** Counts a failure. */
	failed(now: number): void {
		const { total, inRow, since } = this.#row;
		this.#write({ total: total + 1, inRow: inRow + 1, since: since ?? now });
	}

	/** Ends a row of failures: returns how many there were, and since when, if any. */
	succeeded(): { failures: number; since: number } | undefined {
		const { total, inRow, since } = this.#row;
		if (since !== null || this.#isBehind)
			this.#write({ total, inRow: 0, since: null });
		return since === null ? undefined : { failures: inRow, since };
	}

	/** Never throws. */
	#write(row: Row): void {
		this.#row = row;
		try {
			this.#sql.exec(
				"INSERT OR REPLACE INTO failures (id, total, inRow, since) VALUES (0, ?, ?, ?)",
				row.total,
				row.inRow,
				row.since,
			);
			this.#isBehind = false;
		} catch {
			this.#isBehind = true;
		}
	}
}
