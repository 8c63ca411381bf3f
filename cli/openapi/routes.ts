import type { Namespace } from "../config/schema.ts";
import { ADMIN_SECRET, TOKEN_SECRET } from "../config/secrets.ts";
import { globalImport, hit, increment, increments } from "./count.ts";
import { dropLimit, limit, setLimit } from "./limits.ts";
import * as lookAfter from "./look-after.ts";
import type { Describe, Method } from "./operation.ts";
import * as reads from "./read.ts";

/** One route, as tables and the OpenAPI document show it. */
export interface Route {
	methods: readonly Method[];
	path: string;
	/** "public", or the secret that callers must send. */
	access: string;
	answer: string;
	/** Describes its parameters, answers and problems. */
	describe: Describe;
}

type Row = [
	methods: readonly Method[],
	path: string,
	access: string,
	answer: string,
	describe: Describe,
];

/** Lists the routes of a namespace's router, as it is mounted. */
export function routesOf({
	mount,
	methods,
	access,
	live,
	top,
	history,
	total,
}: Pick<
	Namespace,
	"mount" | "methods" | "access" | "live" | "top" | "history" | "total"
>): Route[] {
	const base = mount === "/" ? "" : mount;
	const get: Method[] = ["GET"];
	const count = access.increment === "token" ? `\`${TOKEN_SECRET}\`` : "public";
	const read = access.read === "token" ? `\`${TOKEN_SECRET}\`` : "public";
	const both = count === "public" ? read : count;
	const admin = access.admin === "token" ? `\`${ADMIN_SECRET}\`` : "public";
	const hits: Row = [
		get,
		"/hit/:counter",
		both,
		"counts 1, and answers the badge; with `methods: [GET, POST]`",
		hit,
	];
	const watch: Row = [
		get,
		"/live",
		read,
		"a WebSocket: totals as they change",
		reads.live,
	];
	const highest: Row = [
		get,
		"/top",
		read,
		"the counters with the highest totals, from KV; with `?by=` those of a minute, hour or day",
		reads.top,
	];
	const past: Row = [
		get,
		"/history/:counter",
		read,
		"what was counted in each minute, hour or day",
		reads.history,
	];
	const pasts: Row = [
		get,
		"/global/history",
		admin,
		"all totals with what was counted when, for a backup",
		lookAfter.globalHistory,
	];
	// biome-ignore format: one line a route
	const limits: Row[] = [
		[get, "/limits/:counter", admin, "the bounds of one counter, and how much is left", limit],
		[["PUT"], "/limits/:counter", admin, "sets the bounds of one counter", setLimit],
		[["DELETE"], "/limits/:counter", admin, "drops them: those of `total` hold again", dropLimit],
	];
	// biome-ignore format: one line a route
	const table: Row[] = [
		[methods, "/increment/:counter", count, "counts 1, or `?by=n`", increment],
		[methods, "/increments", count, "counts several, all or none", increments],
		[get, "/counters", read, "all totals, from KV", reads.counters],
		[get, "/counters/:counter", read, "one total, from KV", reads.counter],
		[get, "/badge/:counter", read, "one total as a badge: an SVG image", reads.badge],
		...(methods.includes("GET") ? [hits] : []),
		...(live ? [watch] : []),
		...(top > 0 || history ? [highest] : []),
		...(history ? [past] : []),
		...(total ? limits : []),
		[get, "/global/counters", admin, "all totals, from the global object", lookAfter.globalCounters],
		...(history ? [pasts] : []),
		[get, "/global/writes", admin, "what was written lately", lookAfter.writes],
		[get, "/global/shardWrites", admin, "the same, summed up by shard", lookAfter.shardWrites],
		[get, "/global/shards", admin, "what each shard holds unflushed", lookAfter.shards],
		[["POST"], "/global/import", admin, "adds what was counted elsewhere", globalImport],
		[methods, "/global/reset", admin, "resets all counters", lookAfter.reset],
		[methods, "/global/reset/:counter", admin, "resets one", lookAfter.resetOne],
		[get, "/shard/:n/counters", admin, "what one shard holds unflushed", lookAfter.shardCounters],
		[methods, "/shard/:n/write", admin, "flushes one shard", lookAfter.shardWrite],
	];
	return table.map(([methods, path, access, answer, describe]) => ({
		methods,
		path: `${base}${path}`,
		access,
		answer,
		describe,
	}));
}
