import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Mistakes that show where clocks jump, or KV is read elsewhere. */
export const CLOCKS: readonly DeliberateFault[] = [
	{
		name: "a moment that a clock has put into the future is waited for",
		shows: /at rest|without pause/,
		profiles: ["clocks", "clocks alone"],
		edits: [
			{
				file: "object/clock.ts",
				within: "dueAt",
				find: "since > now",
				to: "since > now + Infinity",
			},
		],
	},
	{
		name: "an alarm that rings early is set anew at once",
		shows: /rings without pause/,
		profiles: ["clocks", "clocks and pages"],
		edits: [
			{
				file: "object/alarm.ts",
				within: "Alarm.rang",
				find: "!isEarly || left <= 0",
				to: "!isEarly || left > 0",
			},
		],
	},
	{
		name: "a round of all shards ends by the clock",
		shows: /though nothing was out of reach/,
		profiles: ["clocks alone"],
		edits: [
			{
				file: "global/every-shard.ts",
				within: "everyShard",
				find: "let isOver = false;",
				to: "let isOver = false; const until = host.now() + timeoutMs;",
			},
			{
				file: "global/every-shard.ts",
				within: "everyShard.lane",
				find: "if (isOver) throw $error;",
				to: "if (host.now() > until) throw $error;",
			},
			{ ...SEAMS.shardsAtOnce, to: "const SHARDS_AT_ONCE = 1;" },
		],
	},
	{
		name: "an isolate remembers until a moment of its clock",
		shows: /^kv read/,
		profiles: ["fresh places"],
		edits: [
			{
				file: "kv/memory.ts",
				within: "KvMemory.get",
				find: "age >= 0 && age < FRESH_MS",
				to: "age < FRESH_MS",
			},
		],
	},
	{
		name: "an exact read says that it is of when it ended",
		shows: /as it says/,
		profiles: ["crowd"],
		edits: [
			{
				file: "global/fan-out.ts",
				within: "FanOut.exact",
				find: "return { entries, asOf, last };",
				knowing: "this.#host = host",
				to: "return { entries, asOf: this.#host.now(), last };",
			},
		],
	},
	{
		name: "totals in pages say that they are of when the list was put",
		shows: /as it says/,
		profiles: ["pages", "fresh pages"],
		edits: [
			{
				...SEAMS.putTotals,
				knowing: "this.#host = host",
				to: "await this.#pages.putTotals({ ...snapshot, asOf: this.#host.now() });",
			},
		],
	},
	{
		name: "a page that a place does not have yet is an empty one",
		shows: /torn|, after|kv read/,
		profiles: ["places and pages"],
		edits: [
			{
				file: "kv/reader.ts",
				within: "KvReader.#totals",
				find: "throw new PageGone();",
				to: "return new Map();",
			},
		],
	},
	{
		name: "pages are kept for a minute only",
		shows: /did not find the page/,
		profiles: ["places and pages"],
		edits: [{ ...SEAMS.retention, to: "const RETENTION_MS = 30_000;" }],
	},
	{
		name: "a shard counts as unreachable that only takes its time",
		shows: /though nothing was out of reach|failed at rest/,
		profiles: ["fresh deploys"],
		edits: [
			{
				file: "global/every-shard.ts",
				within: "",
				find: "3 * RPC_TIMEOUT_MS",
				to: "0.001 * RPC_TIMEOUT_MS",
			},
		],
	},
];
