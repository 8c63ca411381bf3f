import type { KvPage } from "../kv/kv.ts";
import type { Database } from "../object/database.ts";
import type { PageTops } from "../top/contract.ts";
import type { Delta } from "./delta.ts";
import { PageTexts } from "./page-texts.ts";

/**
 * Most bytes of JSON in a page; one that grows past it is halved. A change
 * costs KV one put whatever its page's size, so small pages are dear where
 * names change all over; but a reader takes and parses a page whole, and 512
 * KiB is a few milliseconds.
 */
export const PAGE_BYTES = 524_288;

/** A page that is to be put. */
export interface StagedPage {
	key: string;
	text: string;
}

/** A page of which KV has no key, or not as it is now. */
const CHANGED = "key IS NULL OR dirty = 1";

/**
 * Divides the totals into pages, and keeps what of these is in KV.
 *
 * A single page has no key of its own: it is the value of the namespace's key.
 * With more, each is under a key that is never rewritten; one that is no longer
 * named goes to `stale`, and may be deleted some time after the publication
 * that does not name it: until then `until` is NULL.
 */
export class PageStorage {
	readonly #sql: SqlStorage;
	readonly #texts: PageTexts;
	readonly #tops: PageTops;
	/** Start of the keys of pages. */
	readonly #prefix: string;

	/** @param key the namespace's */
	constructor(database: Database, key: string, delta: Delta, tops: PageTops) {
		this.#sql = database.sql;
		this.#tops = tops;
		this.#texts = new PageTexts(database, delta);
		this.#prefix = `${key}~`;
	}

	/**
	 * The totals of some names change.
	 *
	 * @param entries JSON: a list of lists that begin with a name
	 */
	touch(entries: string): void {
		this.#sql.exec(
			`UPDATE pages SET dirty = 1 WHERE dirty = 0 AND key IS NOT NULL AND first IN (
				SELECT (SELECT MAX(first) FROM pages WHERE first <= value ->> 0)
				FROM json_each(?))`,
			entries,
		);
	}

	/** All totals change. */
	touchAll(): void {
		this.#sql.exec(
			"UPDATE pages SET dirty = 1 WHERE dirty = 0 AND key IS NOT NULL",
		);
	}

	/**
	 * Divides the totals as they are now, and keeps the texts of the pages that
	 * KV does not have. To be called in a transaction.
	 *
	 * @param version makes the keys of this publication unlike any other's
	 * @returns the text of all totals if they fit into one page
	 */
	stage(version: string, pageBytes: number): string | undefined {
		this.#dropEmpty();
		const hasOthers = this.#firsts("first <> ''").length > 0;
		const counted = this.#texts.counted();
		const whole = hasOthers
			? undefined
			: this.#texts.read("", pageBytes, counted);
		if (whole !== undefined) {
			this.#retire("");
			this.#sql.exec(
				"UPDATE pages SET key = NULL, dirty = 0 WHERE dirty = 1 OR key IS NOT NULL",
			);
			return whole;
		}
		this.#tops.markMissing();
		const changed = this.#firsts(CHANGED);
		for (let n = 0; n < changed.length; ) {
			const first = changed[n] ?? "";
			const text = this.#texts.read(first, pageBytes, counted);
			if (text === undefined) changed.splice(n + 1, 0, this.#halve(first));
			else this.#keep(first, `${this.#prefix}${version}.${n++}`, text);
		}
		return undefined;
	}

	/**
	 * Has nothing to do with the keys of another prefix any more: readers there
	 * go on, so their pages stay until that prefix is published to again.
	 *
	 * @returns true if there were any
	 */
	leave(): boolean {
		const others = "key IS NOT NULL AND substr(key, 1, length(?1)) <> ?1";
		this.#sql.exec(
			`INSERT INTO stale (key) SELECT key FROM pages WHERE ${others}`,
			this.#prefix,
		);
		this.#sql.exec(`DELETE FROM staged WHERE ${others}`, this.#prefix);
		const { rowsWritten } = this.#sql.exec(
			`UPDATE pages SET key = NULL WHERE ${others}`,
			this.#prefix,
		);
		return rowsWritten > 0;
	}

	/** Some of the pages that KV does not have yet. */
	staged(limit: number): StagedPage[] {
		return [
			...this.#sql
				.exec("SELECT key, text FROM staged LIMIT ?", limit)
				.raw<[string, string]>(),
		].map(([key, text]) => ({ key, text }));
	}

	/** KV has that page. */
	put(key: string): void {
		this.#sql.exec("DELETE FROM staged WHERE key = ?", key);
	}

	/** All pages, in the order of their names. */
	names(): readonly KvPage[] {
		const pages = [
			...this.#sql
				.exec("SELECT first, key FROM pages ORDER BY first")
				.raw<[string, string]>(),
		].map(([first, key]): KvPage => ({ first, key }));
		return this.#tops.addTo(pages);
	}

	/** Tells whether a publication is to bring what the one before could not. */
	isLacking(): boolean {
		return this.#tops.areMissing();
	}

	/** Lets pages go at `until` that the new publication does not name. */
	published(until: number): void {
		this.#sql.exec(
			"UPDATE stale SET until = ?2 WHERE until IS NULL AND substr(key, 1, length(?1)) = ?1",
			this.#prefix,
			until,
		);
	}

	/** No key is kept any longer. */
	keepUntil(until: number): void {
		this.#sql.exec("UPDATE stale SET until = ?1 WHERE until > ?1", until);
	}

	/** Keys that may be deleted now. */
	stale(now: number, limit: number): string[] {
		return [
			...this.#sql
				.exec("SELECT key FROM stale WHERE until <= ? LIMIT ?", now, limit)
				.raw<[string]>(),
		].map(([key]) => key);
	}

	/** Finds when the first key may be deleted. */
	staleAt(): number | undefined {
		const { at } = this.#sql
			.exec<{ at: number | null }>("SELECT MIN(until) AS at FROM stale")
			.one();
		return at ?? undefined;
	}

	/** KV does not have that key any more. */
	deleted(key: string): void {
		this.#sql.exec("DELETE FROM stale WHERE key = ?", key);
	}

	#firsts(where: string): string[] {
		return [
			...this.#sql
				.exec(`SELECT first FROM pages WHERE ${where} ORDER BY first`)
				.raw<[string]>(),
		].map(([first]) => first);
	}

	/** Pages in which no name has a total any more disappear, but for the first. */
	#dropEmpty(): void {
		for (const first of this.#firsts(`(${CHANGED}) AND first <> ''`)) {
			if (this.#texts.hasNames(first)) continue;
			this.#retire(first);
			this.#sql.exec("DELETE FROM pages WHERE first = ?", first);
		}
	}

	/** Divides a page in two; returns the first name of the other. */
	#halve(first: string): string {
		const middle = this.#texts.middle(first);
		this.#sql.exec("INSERT INTO pages (first, dirty) VALUES (?, 0)", middle);
		return middle;
	}

	/** Keeps the text of a page until KV has it under that key. */
	#keep(first: string, key: string, text: string): void {
		this.#retire(first);
		this.#sql.exec("INSERT INTO staged (key, text) VALUES (?, ?)", key, text);
		this.#sql.exec(
			"UPDATE pages SET key = ?, dirty = 0 WHERE first = ?",
			key,
			first,
		);
		this.#tops.keep(key, text);
	}

	/** The key of a page will not be named again. */
	#retire(first: string): void {
		this.#sql.exec(
			"INSERT INTO stale (key) SELECT key FROM pages WHERE first = ? AND key IS NOT NULL",
			first,
		);
		this.#sql.exec(
			"DELETE FROM staged WHERE key = (SELECT key FROM pages WHERE first = ?)",
			first,
		);
	}
}
