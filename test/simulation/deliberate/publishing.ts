import type { DeliberateFault } from "./fault.ts";

/** Mistakes on the way from the totals to KV. */
export const PUBLISHING: readonly DeliberateFault[] = [
	{
		name: "KV is written to without a pace",
		shows: /two puts/,
		profiles: ["basic"],
		patches: [
			{
				file: "publisher.ts",
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
				file: "publisher.ts",
				from: "this.#storage.published(before, totals",
				to: "this.#storage.published(this.#storage.unpublished(), totals",
			},
		],
	},
	{
		name: "a failed publication is not tried again",
		shows: /at rest kv/,
		profiles: ["basic"],
		patches: [
			{
				file: "publisher.ts",
				from: "this.#failed(error);\n\t\t\tthrow error;",
				to: "this.#storage.published(before, totals.asOf, this.#settings.kvPrefix); throw error;",
			},
		],
	},
	{
		name: "KV reads know the current kvPrefix only",
		shows: /though .* was published/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "kv.ts",
				from: "of [kvPrefix, ...earlierKvPrefixes]",
				to: "of [kvPrefix]",
			},
		],
	},
	{
		name: "KV reads prefer an earlier kvPrefix",
		shows: /though .* was published/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "kv.ts",
				from: "of [kvPrefix, ...earlierKvPrefixes]",
				to: "of [kvPrefix, ...earlierKvPrefixes].reverse()",
			},
		],
	},
	{
		name: "another kvPrefix owes no publication",
		shows: /owes a publication|at rest kv/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "publisher.ts",
				from: "triedAt > 0 && storage.publishedUnder() !== settings.kvPrefix",
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
				file: "publisher.ts",
				from: "this.#storage.trying(totals.asOf);",
				to: "this.#storage.trying(totals.asOf); this.#isOwing = false;",
			},
		],
	},
	{
		name: "a kvPrefix is noted before KV took the totals",
		shows: /at rest kv/,
		profiles: ["changes of kvPrefix"],
		patches: [
			{
				file: "publisher.ts",
				from: "this.#storage.trying(totals.asOf);",
				to: "this.#storage.trying(totals.asOf); this.#storage.published({ ...before, writes: 0 }, totals.asOf, this.#settings.kvPrefix);",
			},
		],
	},
];
