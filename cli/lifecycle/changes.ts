import type { Config } from "../config/schema.ts";
import { wranglerCall } from "../ui/invocation.ts";
import { shellWord } from "../ui/text.ts";
import type { NamespaceChange } from "./evolve.ts";
import type { WorkerState } from "./workers.ts";

/** A change of one namespace of one Worker. */
export type WorkerChange = NamespaceChange & {
	/** None for the top level. */
	environment?: string;
	/** One line for people. */
	text: string;
};

/**
 * Describes the changes of a run to namespaces; inherited ones once.
 *
 * @param file configuration of wrangler, as the user would type it
 */
export function changesOf(
	workers: readonly WorkerState[],
	file: string,
): WorkerChange[] {
	const reported = new Set<string>();
	return workers.flatMap(({ environment, config, changes }) =>
		changes.flatMap((change): WorkerChange[] => {
			const line = describe(change, config, file);
			if (reported.has(line)) return [];
			reported.add(line);
			return environment === undefined
				? [{ ...change, text: line }]
				: [{ environment, ...change, text: `${environment}: ${line}` }];
		}),
	);
}

/** Words for people who run a Worker, by the kind of the change. */
const texts: {
	[Kind in NamespaceChange["kind"]]: (
		change: Extract<NamespaceChange, { kind: Kind }>,
		config: Config,
		file: string,
	) => string;
} = {
	added: () => "new",
	renamed: ({ from }) => `was ${from}; its counts come along`,
	removed: ({ key }) =>
		`the next deploy deletes its counts for good, if it was deployed before, and asks for --confirm ${key} then`,
	returned: () =>
		"is back. If a deploy deleted its counts it starts from nothing, and KV shows the old totals until it publishes",
	total: () =>
		"total is new; it holds once every shard is drained, and until then increments answer 503",
	class: ({ from, to }) =>
		`class ${from} -> ${to}; the next deploy renames it, its counts come along`,
	binding: ({ from, to }) =>
		`binding ${from} -> ${to}; code of yours that uses env.${from} must follow`,
	kvPrefix: ({ from, to }, { kv }, file) =>
		`KV key ${from}~counters -> ${to}~counters; reads go on from the old key until the totals are published under the new one. The old key stays; once no deployed version reads it: ${wranglerCall(`kv key delete --binding ${kv.binding} --remote ${shellWord(`${from}~counters`)}`, file)} (with --env for an environment)`,
	mount: ({ from, to }, { namespaces }) => {
		const successor = namespaces.find(({ mount }) => mount === from)?.key;
		return `mount ${from} -> ${to}; the URLs under ${from} ${successor ? `are those of ${successor} now: whoever still calls them counts there` : "answer 404"}`;
	},
	location: ({ from, to }) =>
		`location ${from} -> ${to}; objects that are there stay where they are, later ones are made there`,
	shardCount: ({ from, to }) =>
		to < from
			? `shardCount ${from} -> ${to}; the retired shards pass on what they hold`
			: `shardCount ${from} -> ${to}`,
};

function describe(
	change: NamespaceChange,
	config: Config,
	file: string,
): string {
	const line = texts[change.kind] as (
		change: NamespaceChange,
		config: Config,
		file: string,
	) => string;
	return `${change.key}: ${line(change, config, file)}`;
}
