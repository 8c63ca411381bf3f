import type { DeliberateFault } from "./fault.ts";

/** Mistakes that show where clocks jump, or KV is read elsewhere. */
export const CLOCKS: readonly DeliberateFault[] = [
	{
		name: "a moment that a clock has put into the future is waited for",
		shows: /at rest|without pause/,
		profiles: ["clocks", "clocks alone"],
		patches: [
			{
				file: "object/clock.ts",
				from: "since > now ? now : since + ms",
				to: "since > now + Infinity ? now : since + ms",
			},
		],
	},
	{
		name: "an alarm that rings early is set anew at once",
		shows: /rings without pause/,
		profiles: ["clocks", "clocks and pages"],
		patches: [
			{
				file: "object/alarm.ts",
				from: "if (!isEarly || left <= 0)",
				to: "if (!isEarly || left > 0)",
			},
		],
	},
	{
		name: "a round of all shards ends by the clock",
		shows: /though nothing was out of reach/,
		profiles: ["clocks alone"],
		patches: [
			{
				file: "global/every-shard.ts",
				from: "let isOver = false;",
				to: "let isOver = false; const until = world.now() + patience;",
			},
			{
				file: "global/every-shard.ts",
				from: "if (isOver)",
				to: "if (world.now() > until)",
			},
			{
				file: "global/every-shard.ts",
				from: "AT_ONCE = 64",
				to: "AT_ONCE = 1",
			},
		],
	},
	{
		name: "an isolate remembers until a moment of its clock",
		shows: /^kv read/,
		profiles: ["fresh places"],
		patches: [
			{
				file: "kv/memory.ts",
				from: "age >= 0 && age < FRESH",
				to: "age < FRESH",
			},
		],
	},
	{
		name: "an exact read says that it is of when it ended",
		shows: /as it says/,
		profiles: ["crowd"],
		patches: [
			{
				file: "global/fan-out.ts",
				from: "return { entries, asOf, last };",
				to: "return { entries, asOf: this.#world.now(), last };",
			},
		],
	},
	{
		name: "totals in pages say that they are of when the list was put",
		shows: /as it says/,
		profiles: ["pages", "fresh pages"],
		patches: [
			{
				file: "global/publisher.ts",
				from: "await this.#pages.putTotals(snapshot);",
				to: "await this.#pages.putTotals({ ...snapshot, asOf: this.#world.now() });",
			},
		],
	},
	{
		name: "a page that a place does not have yet is an empty one",
		shows: /torn|, after|kv read/,
		profiles: ["places and pages"],
		patches: [
			{
				file: "kv/reader.ts",
				from: "throw new PageGone();",
				to: "return new Map();",
			},
		],
	},
	{
		name: "pages are kept for a minute only",
		shows: /did not find the page/,
		profiles: ["places and pages"],
		patches: [
			{
				file: "global/page-publisher.ts",
				from: "const RETENTION = 600_000;",
				to: "const RETENTION = 30_000;",
			},
		],
	},
	{
		name: "a shard counts as unreachable that only takes its time",
		shows: /though nothing was out of reach|failed at rest/,
		profiles: ["fresh deploys"],
		patches: [
			{
				file: "global/every-shard.ts",
				from: "const ALL_PATIENCE = 3 * PATIENCE;",
				to: "const ALL_PATIENCE = 0.001 * PATIENCE;",
			},
		],
	},
];
