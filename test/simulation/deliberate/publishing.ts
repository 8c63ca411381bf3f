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
				from: "this.#storage.published(before, totals.asOf);",
				to: "this.#storage.published(this.#storage.unpublished(), totals.asOf);",
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
				to: "this.#storage.published(before, totals.asOf); throw error;",
			},
		],
	},
];
