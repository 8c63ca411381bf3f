import type { Database } from "../object/database.ts";
import type { PageStorage } from "./page-storage.ts";

/** Writes that KV does not have yet. Moments are milliseconds since 1970. */
export interface Unpublished {
	/** Shard writes and resets since the last publication. */
	writes: number;
	/** Moment of the first of them; null if there is none. */
	since: number | null;
	/** 1 if they must not wait for a threshold: counters were reset. */
	urgent: number;
	/** Moment of the last attempt to put the namespace's key; 0 before the first. */
	triedAt: number;
}

/** The totals of one moment on their way to KV. */
export interface Snapshot {
	/** Milliseconds since 1970. */
	asOf: number;
	/** Shard writes and resets that it brings. */
	writes: number;
	/** All totals, if they fit into one page; else the pages hold them. */
	text: string | undefined;
}

/** Keeps which totals KV has, and which are on their way. */
export class PublicationStorage {
	readonly #database: Database;
	readonly #sql: SqlStorage;
	readonly #pages: PageStorage;
	readonly #kvPrefix: string;

	/** @param kvPrefix the prefix that it publishes under */
	constructor(database: Database, pages: PageStorage, kvPrefix: string) {
		this.#kvPrefix = kvPrefix;
		this.#database = database;
		this.#sql = database.sql;
		this.#pages = pages;
	}

	/** Publications that KV took. */
	publications(): number {
		return this.#sql
			.exec<{ publications: number }>("SELECT publications FROM unpublished")
			.one().publications;
	}

	/** Notes a shard write. Costs a row only if it is the first one. */
	markDirty(now: number): void {
		this.#sql.exec("UPDATE unpublished SET since = ? WHERE since IS NULL", now);
	}

	/** Notes a reset, which must not wait for a threshold. */
	markUrgent(now: number): void {
		this.#sql.exec(
			"UPDATE unpublished SET settled = settled - 1, since = COALESCE(since, ?), urgent = 1",
			now,
		);
	}

	/** @param written shard writes ever applied */
	unpublished(written: number): Unpublished {
		const { settled, ...row } = this.#sql
			.exec<{
				settled: number;
				since: number | null;
				urgent: number;
				triedAt: number;
			}>("SELECT settled, since, urgent, triedAt FROM unpublished")
			.one();
		return { ...row, writes: written - settled };
	}

	/** The snapshot that an earlier attempt began to bring in pages. */
	unfinished(): Snapshot | undefined {
		const { asOf, writes } = this.#sql
			.exec<{ asOf: number | null; writes: number }>(
				"SELECT stagedAt AS asOf, stagedWrites AS writes FROM unpublished",
			)
			.one();
		return asOf === null ? undefined : { asOf, writes, text: undefined };
	}

	/**
	 * The snapshot to publish: the one that an earlier attempt left unfinished,
	 * or the totals as they are now.
	 *
	 * @param writes the shard writes that are unpublished now
	 * @param version see {@link PageStorage.stage}
	 */
	stage(
		{ writes }: Unpublished,
		asOf: number,
		version: string,
		pageBytes: number,
	): Snapshot {
		return this.#database.transactionSync(() => {
			const hasLeft = this.#pages.leave();
			const unfinished = hasLeft ? undefined : this.unfinished();
			if (unfinished) return unfinished;
			const text = this.#pages.stage(version, pageBytes);
			this.#sql.exec(
				"UPDATE unpublished SET stagedAt = ?1, stagedWrites = ?2 WHERE ?1 IS NOT stagedAt",
				text === undefined ? asOf : null,
				writes,
			);
			return { asOf, writes, text };
		});
	}

	/** Remembers an attempt, so that the pace also holds after a restart. */
	trying(now: number): void {
		this.#sql.exec("UPDATE unpublished SET triedAt = ?", now);
	}

	/**
	 * A snapshot is in KV now. Noting the prefix costs a row only if it is another.
	 *
	 * @param written shard writes ever applied
	 * @param until the time from which pages that it does not name may be deleted
	 */
	published({ asOf, writes }: Snapshot, written: number, until: number): void {
		this.#database.transactionSync(() => {
			// Writes after the snapshot wait from then on.
			this.#sql.exec(
				`UPDATE unpublished SET
					since = IIF(settled + ?1 = ?2, NULL, ?3),
					urgent = IIF(settled + ?1 = ?2, 0, urgent),
					settled = settled + ?1,
					publications = publications + 1,
					stagedAt = NULL,
					stagedWrites = NULL`,
				writes,
				written,
				asOf,
			);
			this.#sql.exec(
				`INSERT INTO published (id, kvPrefix) VALUES (0, ?)
				ON CONFLICT DO UPDATE SET kvPrefix = excluded.kvPrefix
					WHERE kvPrefix <> excluded.kvPrefix`,
				this.#kvPrefix,
			);
			this.#pages.published(until);
		});
	}

	/** The prefix of the last publication, if there is one and it is known. */
	publishedUnder(): string | undefined {
		const [row] = this.#sql
			.exec<{ kvPrefix: string }>("SELECT kvPrefix FROM published")
			.toArray();
		return row?.kvPrefix;
	}
}
