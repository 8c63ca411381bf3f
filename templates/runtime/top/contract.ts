import type { Context } from "hono";
import type { Database } from "../object/database.ts";
import type { Entry } from "../protocol.ts";

/** Publishes the counters with the highest totals; `feature.ts` makes it. */
export interface Top {
	/** Counters that are published; 0 is off. */
	readonly counters: number;
	/** Opens what the global object knows of its pages. */
	open(database: Database): PageTops;
	/** Picks them from what was published; missing where it is off. */
	readonly of?: (published: PublishedTotals) => readonly Entry[];
	/** Makes what answers `GET /top`; missing where it is off. */
	readonly route?: (door: TopDoor) => (c: Context) => Promise<Response>;
}

/**
 * The highest counters of each page that KV has, by its key. A page that changes is
 * put under another key, so together they are those of all totals.
 */
export interface PageTops {
	/** Tells whether those of any page are not known, as code without them put it. */
	areMissing(): boolean;
	/** Marks such pages, so that they are staged. To be called in a transaction. */
	markMissing(): void;
	/** Keeps those of a page that is staged. To be called in a transaction. */
	keep(key: string, text: string): void;
	/** Adds the highest of all to the first of the pages, unless those of any are missing. */
	addTo<Page extends TopPage>(pages: readonly Page[]): readonly Page[];
}

/** A page as the list of pages has it. */
export interface TopPage {
	/** Those of all pages, the highest first; only in the first one. */
	top?: readonly Entry[];
}

/** Totals as they are published: all of them, or the list of their pages. */
export type PublishedTotals = { asOf: number | undefined } & (
	| { totals: ReadonlyMap<string, number> }
	| { pages: readonly TopPage[] }
);

/** The part of a Worker that `GET /top` goes through. */
export interface TopDoor {
	/** Puts a handler behind what guards reads. */
	read(handle: (c: Context) => Promise<Response>): typeof handle;
	/** Reads what was published, as the isolate may remember it. */
	published(env: object): Promise<PublishedTotals>;
	answer(data: object): Response;
}
