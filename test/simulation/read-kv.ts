import { kvKey } from "../../templates/runtime/kv/kv.ts";
import type { KvMemory } from "../../templates/runtime/kv/memory.ts";
import type { Entry, Part } from "../../templates/runtime/protocol.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { Cluster } from "./cluster.ts";
import type { Isolate } from "./isolates.ts";

/** A part of the totals, and for KV the key that it came from. */
export interface Answered {
	entries: readonly Entry[];
	asOf?: number | undefined;
	last?: string | undefined;
	key?: string;
}

/** Reads a part, or one counter, as a Worker with those settings does. */
export async function readKv(
	cluster: Cluster,
	settings: CounterSettings,
	{ place, memory }: Isolate,
	part: Part,
): Promise<Answered> {
	const { kv, runtime } = cluster;
	const keys = [settings.kvPrefix, ...settings.earlierKvPrefixes].map(kvKey);
	const published = keys.findIndex((key) => kv.isKnownIn(place, key));
	let found: string | undefined;
	const find = (key: string) => {
		if (keys.includes(key)) found = key;
	};
	const reader = new runtime.KvReader(
		kv.reader(place, find),
		settings,
		noticing(memory, find),
		{ wait: () => new Promise(() => {}), log: () => {} },
	);
	const { from, to, limit } = part;
	const answer: Answered =
		to === undefined
			? await reader.totals({ from }, limit)
			: await reader.total(from).then(({ value, asOf }) => ({
					entries: value === undefined ? [] : [[from, value] as const],
					asOf,
				}));
	const [current = ""] = keys;
	const rank = found === undefined ? keys.length : keys.indexOf(found);
	if (published >= 0 && rank > published)
		cluster.report(
			`a KV read answered from ${found ?? "nothing"}, though ${keys[published]} was published`,
		);
	return { ...answer, key: found ?? current };
}

/** A memory that tells which keys it answers for. */
function noticing(memory: KvMemory, found: (key: string) => void): KvMemory {
	return {
		get: (name: string) => {
			const value = memory.get(name);
			if (value) found(name.slice(name.indexOf(" ") + 1));
			return value;
		},
		reading: (name: string) => memory.reading(name),
		forget: (name?: string) => memory.forget(name),
	} as KvMemory;
}
