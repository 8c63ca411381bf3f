import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Mistakes on the way from the totals to KV. */
export const PUBLISHING: readonly DeliberateFault[] = [
	{
		name: "KV is written to without a pace",
		shows: /two puts/,
		profiles: ["basic"],
		edits: [
			{
				file: "global/publisher.ts",
				within: "",
				find: "const KV_PACE_MS = 1_000;",
				to: "const KV_PACE_MS = 0;",
			},
		],
	},
	{
		name: "what came during a publication counts as published",
		shows: /at rest kv|^kv read/,
		profiles: ["basic", "crowd"],
		edits: [
			{
				file: "global/publisher.ts",
				within: "Publisher.#put",
				find: "publication.published(snapshot, totals.written, $until);",
				to: "publication.published({ ...snapshot, ...publication.unpublished(totals.written) }, totals.written, $until);",
			},
		],
	},
	{
		name: "a failed publication is not tried again",
		shows: /at rest kv/,
		profiles: ["basic"],
		edits: [
			{
				...SEAMS.putTotals,
				to: "await this.#pages.putTotals(snapshot).catch(() => {});",
			},
		],
	},
	{
		name: "KV reads know the current kvPrefix only",
		shows: /though .* was published/,
		profiles: ["changes of kvPrefix"],
		edits: [{ ...SEAMS.kvPrefixes, to: "[kvPrefix]" }],
	},
	{
		name: "KV reads prefer an earlier kvPrefix",
		shows: /though .* was published/,
		profiles: ["changes of kvPrefix"],
		edits: [
			{ ...SEAMS.kvPrefixes, to: "[kvPrefix, ...earlierKvPrefixes].reverse()" },
		],
	},
	{
		name: "another kvPrefix marks nothing dirty",
		shows: /under an earlier prefix|at rest kv/,
		profiles: ["changes of kvPrefix"],
		edits: [
			{
				file: "global/publisher.ts",
				within: "Publisher.constructor",
				find: "triedAt > 0 && storage.publication.publishedUnder() !== kvPrefix",
				to: "false",
			},
		],
	},
	{
		name: "a kvPrefix marks nothing dirty after a failure",
		shows: /under an earlier prefix|at rest kv/,
		profiles: ["changes of kvPrefix"],
		edits: [
			{
				...SEAMS.trying,
				knowing: "this.#mustPublish = true",
				to: "publication.trying(this.#host.now()); this.#mustPublish = false;",
			},
		],
	},
	{
		name: "a kvPrefix is noted before KV took the totals",
		shows: /at rest kv/,
		profiles: ["changes of kvPrefix"],
		edits: [
			{
				...SEAMS.trying,
				to: "publication.trying(this.#host.now()); publication.published({ ...snapshot, writes: 0 }, totals.written, Infinity);",
			},
		],
	},
];
