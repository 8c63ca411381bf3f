import type { Namespace } from "../config/schema.ts";
import { ADMIN_SECRET, TOKEN_SECRET } from "../config/secrets.ts";

/** One line of a route table. */
export interface Route {
	method: string;
	path: string;
	/** "public", or the secret that callers must send. */
	access: string;
	answer: string;
}

type Row = [method: string, path: string, access: string, answer: string];

/** Lists the routes of a namespace's router, as it is mounted. */
export function routesOf({
	mount,
	methods,
	access,
	live,
	top,
	history,
}: Pick<
	Namespace,
	"mount" | "methods" | "access" | "live" | "top" | "history"
>): Route[] {
	const base = mount === "/" ? "" : mount;
	const change = methods.join(", ");
	const count = access.increment === "token" ? `\`${TOKEN_SECRET}\`` : "public";
	const read = access.read === "token" ? `\`${TOKEN_SECRET}\`` : "public";
	const both = count === "public" ? read : count;
	const admin = access.admin === "token" ? `\`${ADMIN_SECRET}\`` : "public";
	const hit: Row = [
		"GET",
		"/hit/:counter",
		both,
		"counts 1, and answers the badge; with `methods: [GET, POST]`",
	];
	const watch: Row = [
		"GET",
		"/live",
		read,
		"a WebSocket: totals as they change",
	];
	const past: Row = [
		"GET",
		"/history/:counter",
		read,
		"what was counted in each minute, hour or day",
	];
	const highest: Row = [
		"GET",
		"/top",
		read,
		"the counters with the highest totals, from KV; with `?by=` those of a minute, hour or day",
	];
	const table: Row[] = [
		[change, "/increment/:counter", count, "counts 1, or `?by=n`"],
		[change, "/increments", count, "counts several, all or none"],
		["GET", "/counters", read, "all totals, from KV"],
		["GET", "/counters/:counter", read, "one total, from KV"],
		["GET", "/badge/:counter", read, "one total as a badge: an SVG image"],
		...(methods.includes("GET") ? [hit] : []),
		...(history ? [past] : []),
		...(live ? [watch] : []),
		...(top > 0 || history ? [highest] : []),
		["GET", "/global/counters", admin, "all totals, from the global object"],
		["GET", "/global/writes", admin, "what was written lately"],
		["GET", "/global/shardWrites", admin, "the same, summed up by shard"],
		["GET", "/global/shards", admin, "what each shard holds unflushed"],
		["POST", "/global/import", admin, "adds what was counted elsewhere"],
		[change, "/global/reset", admin, "resets all counters"],
		[change, "/global/reset/:counter", admin, "resets one"],
		["GET", "/shard/:n/counters", admin, "what one shard holds unflushed"],
		[change, "/shard/:n/write", admin, "flushes one shard"],
	];
	return table.map(([method, path, access, answer]) => ({
		method,
		path: `${base}${path}`,
		access,
		answer,
	}));
}
