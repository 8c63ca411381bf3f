// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are code
import type { DeliberateFault } from "./fault.ts";

/** Mistakes of reads in pages, and with what isolates remember of KV. */
export const PAGING: readonly DeliberateFault[] = [
	{
		name: "a page of names skips one",
		shows: /at rest|read of|torn/,
		profiles: ["pages"],
		patches: [
			{
				file: "names.ts",
				from: "return `${name}\\0`;",
				to: "return `${name}\\x01`;",
			},
		],
	},
	{
		name: "a page of names begins with the last one of the page before",
		shows: /twice|for ever/,
		profiles: ["pages"],
		patches: [
			{ file: "names.ts", from: "return `${name}\\0`;", to: "return name;" },
		],
	},
	{
		name: "names are in the order of UTF-16",
		shows: /at rest|read of|twice|torn/,
		profiles: ["pages"],
		patches: [
			{
				file: "names.ts",
				from: "return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;",
				to: "return unit;",
			},
		],
	},
	{
		name: "an exact page leaves out what was registered while it was read",
		shows: /exact read/,
		profiles: ["pages and resets"],
		patches: [
			{
				file: "global/fan-out.ts",
				from: "const { entries, last = end } = firstOf(all, limit);",
				to: "const { entries } = firstOf(all, limit); const last = end;",
			},
		],
	},
	{
		name: "an exact page asks for no end of its range",
		shows: /exact/,
		profiles: ["pages and resets"],
		patches: [
			{
				file: "global/fan-out.ts",
				from: "this.#world.holdings(shard, range),",
				to: "this.#world.holdings(shard, part),",
			},
		],
	},
	{
		name: "an isolate remembers what it read for long",
		shows: /^kv read/,
		profiles: ["fresh", "fresh pages"],
		patches: [
			{
				file: "kv/memory.ts",
				from: "const FRESH = 1_000;",
				to: "const FRESH = 10_000;",
			},
		],
	},
	{
		name: "an isolate remembers whichever of two values came last",
		shows: /went back|, after/,
		profiles: ["many KV reads"],
		patches: [
			{
				file: "kv/memory.ts",
				from: "const isLone = known === before",
				to: "const isLone = true",
			},
		],
	},
	{
		name: "an isolate remembers what it was reading when a reset returned",
		shows: /kv read|went back/,
		profiles: ["many KV reads"],
		patches: [
			{
				file: "kv/memory.ts",
				from: " && forgotten === this.#forgotten",
				to: "",
			},
		],
	},
];
