// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are code
import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Mistakes of reads in pages, and with what isolates remember of KV. */
export const PAGING: readonly DeliberateFault[] = [
	{
		name: "a page of names skips one",
		shows: /at rest|read of|torn/,
		profiles: ["pages"],
		edits: [{ ...SEAMS.following, to: "`${name}\\x01`" }],
	},
	{
		name: "a page of names begins with the last one of the page before",
		shows: /twice|for ever/,
		profiles: ["pages"],
		edits: [{ ...SEAMS.following, to: "name" }],
	},
	{
		name: "names are in the order of UTF-16",
		shows: /at rest|read of|twice|torn/,
		profiles: ["pages"],
		edits: [
			{
				file: "names.ts",
				within: "rank",
				find: "unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit",
				to: "unit",
			},
		],
	},
	{
		name: "an exact page leaves out what was registered while it was read",
		shows: /exact read/,
		profiles: ["pages and resets"],
		edits: [
			{
				file: "global/fan-out.ts",
				within: "FanOut.exact",
				find: "const { entries, last = end } = firstOf(all, limit);",
				to: "const { entries } = firstOf(all, limit); const last = end;",
			},
		],
	},
	{
		name: "an exact page asks for no end of its range",
		shows: /exact/,
		profiles: ["pages and resets"],
		edits: [
			{
				file: "global/fan-out.ts",
				within: "FanOut.exact",
				find: "this.#ask(range)",
				to: "this.#ask(part)",
			},
		],
	},
	{
		name: "an isolate remembers what it read for long",
		shows: /^kv read/,
		profiles: ["fresh", "fresh pages"],
		edits: [
			{
				file: "kv/memory.ts",
				within: "",
				find: "const FRESH_MS = 1_000;",
				to: "const FRESH_MS = 10_000;",
			},
		],
	},
	{
		name: "an isolate remembers whichever of two values came last",
		shows: /went back|, after/,
		profiles: ["many KV reads"],
		edits: [{ ...SEAMS.isLone, to: "forgotten === this.#forgotten" }],
	},
	{
		name: "an isolate remembers what it was reading when a reset returned",
		shows: /kv read|went back/,
		profiles: ["many KV reads"],
		edits: [{ ...SEAMS.isLone, to: "known === before" }],
	},
];
