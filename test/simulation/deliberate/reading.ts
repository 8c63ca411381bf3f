// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are code
import type { DeliberateFault } from "./fault.ts";

/** Mistakes of exact reads and resets. */
export const READING: readonly DeliberateFault[] = [
	{
		name: "an exact read takes the totals before the last answer",
		shows: /exact read/,
		profiles: ["crowd", "basic"],
		patches: [
			{
				file: "global/fan-out.ts",
				from: "async exact(part: Part): Promise<Totals | Refusal> {",
				to: "async exact(part: Part): Promise<Totals | Refusal> { const early = this.#storage.totals(part);",
			},
			{
				file: "global/fan-out.ts",
				from: "exactTotals(\n\t\t\tthis.#storage.totals(range),",
				to: "exactTotals(\n\t\t\tearly,",
			},
		],
	},
	{
		name: "an exact read that waits is answered by the one under way",
		shows: /exact read/,
		profiles: ["crowd"],
		patches: [
			{
				file: "global/single-flight.ts",
				from: "this.#waiting.delete(question);\n\t\t\treturn ask();",
				to: "return ask().finally(() => this.#waiting.delete(question));",
			},
		],
	},
	{
		name: "an exact read and another part of it share an answer",
		shows: /answered|exact read|at rest/,
		profiles: ["crowd"],
		patches: [
			{
				file: "global/role.ts",
				from: "`exact ${JSON.stringify(part)}`",
				to: '"exact"',
			},
		],
	},
	{
		name: "an exact read counts a batch twice that is applied already",
		shows: /exact read/,
		profiles: ["basic", "crowd"],
		patches: [
			{
				file: "global/exact.ts",
				from: "return applied === seq ? [pending] : [];",
				to: "return applied === seq ? [sealed, pending] : [];",
			},
		],
	},
	{
		name: "an exact read leaves out a shard that does not answer",
		shows: /exact read/,
		profiles: ["basic"],
		patches: [
			{
				file: "global/fan-out.ts",
				from: "if (unreachable.length === 0) return { entries, asOf, last };",
				to: "return { entries, asOf, last };",
			},
		],
	},
	{
		name: "retired shards are not asked",
		shows: /exact read|final value/,
		profiles: ["reshards"],
		patches: [
			{
				file: "global/fan-out.ts",
				from: "this.#storage.shards(), ask",
				to: "this.#storage.shards().filter((shard) => shard < this.#settings.shardCount), ask",
			},
		],
	},
	{
		name: "a global of before a resharding does not know the new shards",
		shows: /exact read|final value/,
		profiles: ["old code for long"],
		patches: [
			{
				file: "global/fan-out.ts",
				from: "this.#storage.shards(), ask",
				to: "this.#storage.shards().filter((shard) => shard < Math.max(...this.#settings.shardCounts)), ask",
			},
		],
	},
	{
		name: "a reset does not drain",
		shows: /read of|final value/,
		profiles: ["resets"],
		patches: [
			{
				file: "global/fan-out.ts",
				from: "this.#world.drain(shard, name ?? true),",
				to: "Promise.resolve(shard < 0),",
			},
		],
	},
	{
		name: "a reset goes on without the shards it cannot reach",
		shows: /read of|final value/,
		profiles: ["resets"],
		patches: [
			{
				file: "global/role.ts",
				from: "if (refusal) return refusal;\n",
				to: "",
			},
		],
	},
	{
		name: "a reset forgets the sequences",
		shows: /./,
		profiles: ["resets"],
		patches: [
			{
				file: "global/storage.ts",
				from: 'this.#sql.exec("DELETE FROM counters");',
				to: 'this.#sql.exec("DELETE FROM counters; DELETE FROM shards;");',
			},
		],
	},
];
