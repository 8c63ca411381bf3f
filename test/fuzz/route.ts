import { NAMESPACES, type Namespace } from "./namespaces.ts";
import type { Shot } from "./shot.ts";

/** Effects of a route. */
export type Kind =
	| "count"
	| "hit"
	| "import"
	| "reset"
	| "read"
	| "badge"
	| "metrics"
	| "log"
	| "page"
	| "other";

export interface Route {
	kind: Kind;
	/** The name or number in the path, decoded. */
	param?: string;
	/** Callers that it is open to: `read` depends on the query. */
	access: "increment" | "read" | "admin" | "all";
	methods: readonly string[];
}

/** Target of a request, as far as the documentation says. */
export interface Place {
	namespace: Namespace;
	/** Undefined if there is nothing. */
	route: Route | undefined;
	/** True where `/global` or `/shard` stands in front. */
	guarded: boolean;
	query: URLSearchParams;
	/** Not to be decided, since the path or query is not proper. */
	doubtful: boolean;
}

/** By the segments after the mount; `*` is a name: all the rest; `#` a number. */
const ROUTES: readonly (readonly [string, Kind, Route["access"], string?])[] = [
	["increment/*", "count", "increment", "methods"],
	["increments", "count", "increment", "methods"],
	["hit/*", "hit", "increment"],
	["badge/*", "badge", "read"],
	["counters", "read", "read"],
	["counters/*", "read", "read"],
	["global/reset", "reset", "admin", "methods"],
	["global/reset/*", "reset", "admin", "methods"],
	["global/import", "import", "admin", "POST"],
	["global/counters", "read", "admin"],
	["global/writes", "log", "admin"],
	["global/shardWrites", "other", "admin"],
	["global/shards", "other", "admin"],
	["shard/#/counters", "other", "admin"],
	["shard/#/write", "other", "admin", "methods"],
];

/** Parts of a path that a client or a server may fold away. */
const DOTS = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|\\/i;

export function placeOf({ target }: Shot): Place {
	const [path = "", ...rest] = target.split("?");
	const search = rest.join("?");
	// The documentation does not say who folds dots away.
	let doubtful =
		!/^\/[\x21-\x7e]*$/.test(target) || DOTS.test(path) || target.includes("#");
	const decode = (text: string) => {
		try {
			return decodeURIComponent(text);
		} catch {
			doubtful = true;
			return text;
		}
	};
	const segments = path.slice(1).split("/").map(decode);
	for (const part of search.split(/[&=]/)) decode(part);
	const namespace = namespaceOf(segments);
	const inside = segments.slice(namespace.mount.split("/").length - 1);
	return {
		namespace,
		route: routeOf(namespace, inside),
		guarded: inside[0] === "global" || inside[0] === "shard",
		query: new URLSearchParams(`?${search}`),
		doubtful,
	};
}

function namespaceOf(segments: readonly string[]): Namespace {
	const found = NAMESPACES.find(
		({ mount }) =>
			mount !== "" &&
			mount
				.slice(1)
				.split("/")
				.every((part, n) => part === segments[n]),
	);
	return found ?? (NAMESPACES[0] as Namespace);
}

function routeOf(
	{ mount, methods }: Namespace,
	rest: readonly string[],
): Route | undefined {
	if (mount === "" && rest.join("/") === "-/healthz")
		return { kind: "other", access: "all", methods: ["GET", "HEAD"] };
	if (mount === "" && rest.join("/") === "-/metrics")
		return { kind: "metrics", access: "admin", methods: ["GET", "HEAD"] };
	if (mount === "" && rest.join("/") === "-/")
		return { kind: "page", access: "all", methods: ["GET", "HEAD"] };
	for (const [path, kind, access, takes] of ROUTES) {
		const parts = path.split("/");
		const given = path.endsWith("*") ? withName(rest, parts.length) : rest;
		if (parts.length !== given.length) continue;
		if (kind === "hit" && !methods.includes("GET")) continue;
		if (!parts.every((part, n) => fits(part, given[n] ?? ""))) continue;
		const param = given[parts.findIndex((part) => /[*#]/.test(part))];
		return {
			kind,
			access,
			methods: taken(takes, kind, methods),
			...(param !== undefined && { param }),
		};
	}
	return undefined;
}

/** Makes one name of all segments from the last of so many on. */
function withName(segments: readonly string[], count: number): string[] {
	const name = segments.slice(count - 1).join("/");
	return segments.length < count
		? [...segments]
		: [...segments.slice(0, count - 1), name];
}

function taken(
	takes: string | undefined,
	kind: Kind,
	methods: readonly string[],
): readonly string[] {
	if (kind === "hit") return ["GET"];
	if (takes === "methods") return methods;
	return takes === undefined ? ["GET", "HEAD"] : [takes];
}

function fits(part: string, segment: string): boolean {
	if (part === "*") return segment !== "";
	return part === "#" ? /^[0-9]+$/.test(segment) : part === segment;
}
