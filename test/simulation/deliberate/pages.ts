// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are code
import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Mistakes with pages of totals on their way to KV. */
export const PAGES: readonly DeliberateFault[] = [
	{
		name: "a manifest is put before its pages",
		shows: /which is not there|did not find/,
		profiles: ["pages"],
		edits: [
			{
				file: "global/publisher.ts",
				within: "Publisher.#put",
				find: "await this.#pages.putPages(); publication.trying(this.#host.now()); await this.#pages.putTotals(snapshot);",
				to: "publication.trying(this.#host.now()); await this.#pages.putTotals(snapshot); await this.#pages.putPages();",
			},
		],
	},
	{
		name: "a flush marks one of the pages that it changes",
		shows: /at rest kv|torn/,
		profiles: ["pages"],
		edits: [
			{
				file: "global/page-storage.ts",
				within: "PageStorage.touch",
				text: "FROM json_each(?))",
				to: "FROM json_each(?) LIMIT 1)",
			},
		],
	},
	{
		name: "a reset of one counter does not mark its page",
		shows: /at rest kv|read of|torn/,
		profiles: ["pages and resets"],
		edits: [
			{
				file: "global/storage.ts",
				within: "GlobalStorage.reset",
				find: "this.#pages.touch(JSON.stringify([[name]]));",
				to: "{}",
			},
		],
	},
	{
		name: "a reset of all does not mark the pages",
		shows: /at rest kv|read of|torn|as it says/,
		profiles: ["pages and resets"],
		edits: [
			{
				file: "global/storage.ts",
				within: "GlobalStorage.reset",
				find: "this.#pages.touchAll();",
				to: "{}",
			},
		],
	},
	{
		name: "a name is looked for in the page before its own",
		shows: /at rest kv|read of|torn/,
		profiles: ["pages"],
		edits: [
			{
				file: "global/page-storage.ts",
				within: "PageStorage.touch",
				text: "SELECT MAX(first) FROM pages WHERE first <= value ->> 0",
				to: "SELECT MAX(first) FROM pages WHERE first < value ->> 0 OR first = ''",
			},
		],
	},
	{
		name: "the key of a page is used again",
		shows: /with another text/,
		profiles: ["pages"],
		edits: [
			{
				file: "global/page-storage.ts",
				within: "PageStorage.stage",
				find: "`${this.#prefix}${version}.${n++}`",
				to: "`${this.#prefix}${n++}`",
			},
			{
				file: "global/page-storage.ts",
				within: "PageStorage.#keep",
				text: "INSERT INTO staged",
				to: "INSERT OR REPLACE INTO staged",
			},
			{
				file: "top/storage.ts",
				within: "TopStorage.keep",
				text: "INSERT INTO tops",
				to: "INSERT OR REPLACE INTO tops",
			},
			{
				...SEAMS.retire,
				to: "INSERT OR IGNORE INTO stale (key) SELECT key FROM pages WHERE first = ? AND key IS NOT NULL",
			},
		],
	},
	{
		name: "pages are brought one publication after another",
		shows: /torn|twice/,
		profiles: ["pages"],
		edits: [
			{
				file: "global/page-storage.ts",
				within: "PageStorage.stage",
				find: "this.#firsts(CHANGED)",
				to: 'this.#firsts("key IS NULL OR dirty = 1 AND first = (SELECT MAX(first) FROM pages WHERE dirty = 1)")',
			},
		],
	},
	{
		name: "a page is deleted as soon as it is not named",
		shows: /did not find the page/,
		profiles: ["pages"],
		edits: [{ ...SEAMS.retention, to: "const RETENTION_MS = 0;" }],
	},
	{
		name: "a page is deleted before another is named in its place",
		shows: /not there|did not find the page/,
		profiles: ["pages"],
		edits: [
			{
				...SEAMS.retire,
				to: "INSERT INTO stale (key, until) SELECT key, 0 FROM pages WHERE first = ? AND key IS NOT NULL",
			},
			{
				file: "global/page-publisher.ts",
				within: "PagePublisher.putPages",
				find: "await this.#each(pages, $put);",
				to: "this.published(); await this.deleteStale(); await this.#each(pages, $put);",
			},
		],
	},
	{
		name: "pages of another kvPrefix are deleted",
		shows: /named and not there|did not find/,
		profiles: ["pages and changes of kvPrefix"],
		edits: [
			{
				file: "global/page-storage.ts",
				within: "PageStorage.published",
				text: "until IS NULL AND substr(key, 1, length(?1)) = ?1",
				to: "until IS NULL AND ?1 <> ''",
			},
		],
	},
	{
		name: "pages that are not named are forgotten",
		shows: /in KV for ever/,
		profiles: ["pages"],
		edits: [
			{
				...SEAMS.retire,
				to: "INSERT INTO stale (key) SELECT key FROM pages WHERE first = ? AND false",
			},
		],
	},
	{
		name: "nothing wakes the object to delete pages",
		shows: /to delete pages without an alarm/,
		profiles: ["pages"],
		edits: [
			{
				file: "global/publisher.ts",
				within: "Publisher.#nextAt",
				find: "this.#pages.deleteAt ?? Infinity",
				to: "Infinity",
			},
		],
	},
	{
		name: "a page loses its first name",
		shows: /at rest kv|read of|torn/,
		profiles: ["pages"],
		edits: [
			{
				file: "global/page-texts.ts",
				within: "",
				text: "name >= ?1",
				to: "(name > ?1 OR ?1 = '')",
			},
		],
	},
	{
		name: "a page is not divided",
		shows: /does not fit/,
		profiles: ["pages"],
		edits: [
			{
				file: "global/page-texts.ts",
				within: "PageTexts.read",
				find: "if (bytes > pageBytes && names > 1) return $none;",
				to: "",
			},
			{
				file: "global/page-texts.ts",
				within: "PageTexts.read",
				find: "fits || names < 2 ? text : $none",
				to: "text",
			},
		],
	},
	{
		name: "an empty page does not disappear",
		shows: /is empty/,
		profiles: ["pages and resets"],
		edits: [
			{
				file: "global/page-storage.ts",
				within: "PageStorage.#dropEmpty",
				find: "this.#texts.hasNames(first)",
				to: "true",
			},
		],
	},
];
