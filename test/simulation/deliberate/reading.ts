// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are code
import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Mistakes of exact reads and resets. */
export const READING: readonly DeliberateFault[] = [
	{
		name: "an exact read takes the totals before the last answer",
		shows: /exact read/,
		profiles: ["crowd", "basic"],
		edits: [
			{
				file: "global/fan-out.ts",
				within: "FanOut.exact",
				find: "const end = this.#storage.lastOf(part, limit);",
				knowing: "exactTotals(this.#storage.totals(range), $answers)",
				to: "const end = this.#storage.lastOf(part, limit); const early = this.#storage.totals(part);",
			},
			{
				file: "global/fan-out.ts",
				within: "FanOut.exact",
				find: "exactTotals(this.#storage.totals(range), $answers)",
				to: "exactTotals(early, $answers)",
			},
		],
	},
	{
		name: "an exact read of names takes their totals before the last answer",
		shows: /exact read/,
		profiles: ["crowd", "basic"],
		edits: [
			{
				file: "global/fan-out.ts",
				within: "FanOut.exactOf",
				find: "const sorted = [...names].sort(compareNames);",
				knowing: "this.#storage.totalsOf(sorted)",
				to: "const sorted = [...names].sort(compareNames); const early = this.#storage.totalsOf(sorted);",
			},
			{
				file: "global/fan-out.ts",
				within: "FanOut.exactOf",
				find: "exactTotals(this.#storage.totalsOf(sorted), $answers)",
				to: "exactTotals(early, $answers)",
			},
		],
	},
	{
		name: "an exact read of names leaves out a shard that does not answer",
		shows: /exact read/,
		profiles: ["basic"],
		edits: [
			{
				file: "global/fan-out.ts",
				within: "FanOut.exactOf",
				find: "if (unreachable.length === 0) return { entries, asOf };",
				to: "return { entries, asOf };",
			},
		],
	},
	{
		name: "a shard that is asked for some names answers the first of them",
		shows: /exact read/,
		profiles: ["crowd"],
		edits: [
			{
				file: "names.ts",
				within: "within",
				find: "names.flatMap($pick)",
				to: "names.slice(0, 1).flatMap($pick)",
			},
		],
	},
	{
		name: "an exact read that waits is answered by the one under way",
		shows: /exact read/,
		profiles: ["crowd"],
		edits: [
			{
				file: "global/single-flight.ts",
				within: "SingleFlight.#queue",
				find: "this.#waiting.delete(question); return ask(details);",
				to: "return ask(details).finally(() => this.#waiting.delete(question));",
			},
		],
	},
	{
		name: "an exact read and another part of it share an answer",
		shows: /answered|exact read|at rest/,
		profiles: ["crowd"],
		edits: [
			{
				file: "global/role.ts",
				within: "GlobalRole.exact",
				find: "`exact ${JSON.stringify(part)}`",
				to: '"exact"',
			},
		],
	},
	{
		name: "an exact read counts a batch twice that is applied already",
		shows: /exact read/,
		profiles: ["basic", "crowd"],
		edits: [
			{
				file: "global/exact.ts",
				within: "missing",
				find: "if (applied < seq) return [sealed, pending]; return applied === seq ? [pending] : [];",
				to: "if (applied <= seq) return [sealed, pending]; return [];",
			},
		],
	},
	{
		name: "an exact read leaves out a shard that does not answer",
		shows: /exact read/,
		profiles: ["basic"],
		edits: [
			{
				file: "global/fan-out.ts",
				within: "FanOut.exact",
				find: "if (unreachable.length === 0) return { entries, asOf, last };",
				to: "return { entries, asOf, last };",
			},
		],
	},
	{
		name: "retired shards are not asked",
		shows: /exact read|final value/,
		profiles: ["reshards"],
		edits: [
			{
				...SEAMS.shardsAsked,
				knowing: "this.#settings = settings",
				to: "everyShard(this.#host, shards.filter((shard) => shard < this.#settings.shardCount), ask)",
			},
		],
	},
	{
		name: "a global of before a resharding does not know the new shards",
		shows: /exact read|final value/,
		profiles: ["old code for long"],
		edits: [
			{
				...SEAMS.shardsAsked,
				knowing: "this.#settings = settings",
				to: "everyShard(this.#host, shards.filter((shard) => shard < Math.max(...this.#settings.shardCounts)), ask)",
			},
		],
	},
	{
		name: "a reset does not drain",
		shows: /read of|final value/,
		profiles: ["resets"],
		edits: [
			{
				file: "global/fan-out.ts",
				within: "FanOut.drain",
				find: "this.#host.drain(shard, name ?? true, ...turn)",
				to: "Promise.resolve(shard < 0)",
			},
		],
	},
	{
		name: "a reset goes on without the shards it cannot reach",
		shows: /read of|final value/,
		profiles: ["resets"],
		edits: [
			{
				file: "global/reset.ts",
				within: "Reset.#reset",
				find: "if (refusal) return refusal;",
				to: "",
			},
		],
	},
	{
		name: "a reset forgets the sequences",
		shows: /./,
		profiles: ["resets"],
		edits: [
			{
				file: "global/journal.ts",
				within: "TotalsJournal.checkpoint",
				find: "this.#compact(this.#brought.items(), left, $slots)",
				to: "this.#compact([[0, 0, 0, 0, 0, 0]], left, $slots)",
			},
		],
	},
];
