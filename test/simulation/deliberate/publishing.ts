import type { DeliberateFault } from "./fault.ts";

/** Mistakes on the way from the totals to KV. */
export const PUBLISHING: readonly DeliberateFault[] = [
	{
		name: "KV is written to without a pace",
		shows: /two puts/,
		profiles: ["basic"],
		patches: [
			{
				file: "global/publisher.ts",
				from: "const KV_PACE = 1_000;",
				to: "const KV_PACE = 0;",
			},
		],
	},
	{
		name: "what came during a publication counts as published",
		shows: /at rest kv/,
		profiles: ["basic", "crowd"],
		patches: [
			{
				file: "global/publisher.ts",
				from: "publication.published(\n\t\t\tsnapshot,",
				to: "publication.published(\n\t\t\t{ ...snapshot, ...this.#unpublished() },",
			},
		],
	},
	{
		name: "a failed publication is not tried again",
		shows: /at rest kv/,
		profiles: ["basic"],
		patches: [
			{
				file: "global/publisher.ts",
				from: "await this.#pages.putTotals(snapshot);",
				to: "await this.#pages.putTotals(snapshot).catch(() => {});",
			},
		],
	},
	{
		name: "KV reads know the current kvPrefix only",
		shows: /though .* was published/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "kv/reader.ts",
				from: "return [kvPrefix, ...earlierKvPrefixes]",
				to: "return [kvPrefix]",
			},
		],
	},
	{
		name: "KV reads prefer an earlier kvPrefix",
		shows: /though .* was published/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "kv/reader.ts",
				from: "return [kvPrefix, ...earlierKvPrefixes]",
				to: "return [kvPrefix, ...earlierKvPrefixes].reverse()",
			},
		],
	},
	{
		name: "another kvPrefix owes no publication",
		shows: /owes a publication|at rest kv/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "global/publisher.ts",
				from: "triedAt > 0 && storage.publication.publishedUnder() !== kvPrefix",
				to: "false",
			},
		],
	},
	{
		name: "a kvPrefix owes nothing after a failure",
		shows: /owes a publication|at rest kv/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "global/publisher.ts",
				from: "publication.trying(this.#world.now());",
				to: "publication.trying(this.#world.now()); this.#isOwing = false;",
			},
		],
	},
	{
		name: "a kvPrefix is noted before KV took the totals",
		shows: /at rest kv/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "global/publisher.ts",
				from: "publication.trying(this.#world.now());",
				to: "publication.trying(this.#world.now()); publication.published({ ...snapshot, writes: 0 }, totals.written, Infinity);",
			},
		],
	},
];
