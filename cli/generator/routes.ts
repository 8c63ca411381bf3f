import type { Namespace } from "../config/schema.ts";

/** One line of a route table. */
export interface Route {
	method: string;
	path: string;
	answer: string;
}

/** The routes that a namespace's router answers, as it is mounted. */
export function routesOf({
	mount,
	methods,
}: Pick<Namespace, "mount" | "methods">): Route[] {
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
		["POST", "/global/import", "adds what was counted elsewhere"],
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
