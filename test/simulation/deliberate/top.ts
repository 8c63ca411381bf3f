import type { DeliberateFault } from "./fault.ts";

/** Mistakes with the counters that have the highest totals. */
export const TOP: readonly DeliberateFault[] = [
	{
		name: "the highest counters are those of the first pages",
		shows: /the highest \d+ are published as/,
		profiles: ["pages"],
		edits: [
			{
				file: "top/storage.ts",
				within: "TopStorage.addTo",
				text: "ON pages.key = tops.key",
				to: "ON pages.key = tops.key LIMIT 2",
			},
		],
	},
	{
		name: "the highest counters of a page outlive it",
		shows: /the highest \d+ are published as/,
		profiles: ["pages"],
		edits: [
			{
				file: "top/storage.ts",
				within: "TopStorage.addTo",
				text: "FROM tops JOIN pages ON pages.key = tops.key",
				to: "FROM tops",
			},
			{
				file: "top/storage.ts",
				within: "TopStorage.keep",
				text: "DELETE FROM tops WHERE key NOT IN (SELECT key FROM pages WHERE key IS NOT NULL)",
				to: "SELECT 1",
			},
		],
	},
	{
		name: "the highest counters are published without those of pages that older code staged",
		shows: /the highest \d+ are published as/,
		profiles: ["pages and rollbacks to before the journal"],
		edits: [
			{
				file: "top/storage.ts",
				within: "TopStorage.addTo",
				find: "this.areMissing()",
				to: "false",
			},
		],
	},
	{
		name: "pages are not staged again for their highest counters",
		shows:
			/has no highest counters|the highest \d+ are published as|rings without pause/,
		profiles: ["pages and rollbacks to before the journal"],
		edits: [
			{
				file: "top/storage.ts",
				within: "TopStorage.markMissing",
				text: "SET dirty = 1",
				to: "SET dirty = 0",
			},
		],
	},
];
