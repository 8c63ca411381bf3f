import { basename } from "node:path";
import type { Config, Namespace } from "../config/schema.ts";
import { header } from "./header.ts";
import type { Lock } from "./lock.ts";

/** One line of a route table. */
export interface Route {
	method: string;
	path: string;
	answer: string;
}

/** A namespace as the templates need it. */
export interface NamespaceModel extends Omit<Namespace, "names"> {
	names: RegExp | readonly string[];
	/** Every `shardCount` it ever had: retired shards may hold counts. */
	shardCounts: readonly number[];
	reshardings: number;
	/** A counter's name that it accepts. */
	sample: string;
	routes: readonly Route[];
}

/** Everything the templates may name. */
export interface Model {
	/** What every rendered file starts with, as a comment. */
	header: string;
	/** File name of the configuration. */
	source: string;
	worker: Config["worker"];
	kv: { binding: string; id: string | undefined };
	namespaces: readonly NamespaceModel[];
}

/**
 * A configuration as the templates need it.
 *
 * @param file path of the configuration
 * @param history what the namespaces have been so far, the present included
 */
export function toModel(
	config: Config,
	file: string,
	history: Lock["namespaces"],
): Model {
	// It goes into comments: nothing in a file's name may end one.
	const source = basename(file).replaceAll(
		/[\p{C}\p{Zl}\p{Zp}]|\*\/|-->/gu,
		"?",
	);
	return {
		header: header(source),
		source,
		worker: config.worker,
		kv: { binding: config.kv.binding, id: config.kv.id },
		namespaces: config.namespaces.map((namespace) => ({
			...namespace,
			names:
				typeof namespace.names === "string"
					? new RegExp(namespace.names, "u")
					: namespace.names,
			shardCounts: history[namespace.key]?.shardCounts ?? [
				namespace.shardCount,
			],
			reshardings: history[namespace.key]?.reshardings ?? 0,
			sample: sampleName(namespace),
			routes: routes(namespace),
		})),
	};
}

/** A name to show in examples: one that the namespace accepts, if it can be guessed. */
export function sampleName({ names }: Pick<Namespace, "names">): string {
	if (typeof names !== "string") return names[0] ?? "NAME";
	const pattern = new RegExp(names, "u");
	return (
		["signups", "Signups", "a", "A", "1"].find((name) => pattern.test(name)) ??
		"NAME"
	);
}

/** The routes that a namespace's router answers, as it is mounted. */
function routes({ mount, methods }: Namespace): Route[] {
	const base = mount === "/" ? "" : mount;
	const change = methods.join(", ");
	const table: [method: string, path: string, answer: string][] = [
		[change, "/increment/:counter", "counts 1, or `?by=n`"],
		[change, "/increments", "counts several, all or none"],
		["GET", "/counters", "all totals, from KV"],
		["GET", "/counters/:counter", "one total, from KV"],
		["GET", "/global/counters", "all totals, from the global object"],
		["GET", "/global/writes", "what was written lately"],
		["GET", "/global/shardWrites", "the same, summed up by shard"],
		["GET", "/global/shards", "what each shard holds unflushed"],
		[change, "/global/reset", "resets all counters"],
		[change, "/global/reset/:counter", "resets one"],
		["GET", "/shard/:n/counters", "what one shard holds unflushed"],
		[change, "/shard/:n/write", "flushes one shard"],
	];
	return table.map(([method, path, answer]) => ({
		method,
		path: `${base}${path}`,
		answer,
	}));
}
