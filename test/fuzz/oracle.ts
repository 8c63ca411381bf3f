import { type Ask, askOf } from "./ask.ts";
import { type Entry, fingerprint, type Model } from "./model.ts";
import { isName, type Namespace } from "./namespaces.ts";
import { type Place, placeOf, type Route } from "./route.ts";
import { ADMIN_TOKEN, CALLER_TOKEN } from "./server.ts";
import { headerOf, type Shot } from "./shot.ts";

/** Outcome that a request must have. */
export interface Verdict {
	place: Place;
	/** Statuses of a refusal: one of them must come; empty: it must be taken. */
	refusals: ReadonlySet<number>;
	/** With no refusal: it may be taken or not; else: any refusal will do. */
	open: boolean;
	/** Nothing is known but that it must not fail. */
	anything: boolean;
	/** It may come too often, and be refused for that. */
	limited: boolean;
	/** Increments that it asks for, and their key. */
	entries?: readonly Entry[];
	key?: string;
	/** A shard may hold so much that it must flush before it takes more. */
	mayBeFull: boolean;
	/** True if the key has counted the same before. */
	repeated: boolean;
}

/** Methods that reach the Worker whatever they ask for. */
export const METHODS: readonly string[] = [
	"GET",
	"HEAD",
	"POST",
	"PUT",
	"DELETE",
	"PATCH",
	"OPTIONS",
];

/** Time in which a shard has flushed, twice over. */
const FLUSHED_MS = 10_000;

const MAX_BODY_BYTES = 4 * 1024 * 1024;

const CHANGING: readonly string[] = ["count", "hit", "import", "reset"];

/** Colours of a badge. */
const COLOR =
	/^(?:#?(?:[\da-f]{3}|[\da-f]{6})|(?:bright|yellow)?green|yellow|orange|red|blue|blueviolet|(?:light)?gr[ae]y)$/i;

/** Headers of browsers that fetch what nobody asked for yet. */
const PURPOSE = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/**
 * Decides by the documentation what must come of a request, where it can be
 * decided. It shares no code with the Worker.
 */
export function foresee(
	shot: Shot,
	modelOf: (namespace: Namespace) => Model,
): Verdict {
	const place = placeOf(shot);
	const refusals = new Set<number>();
	const verdict: Verdict = {
		place,
		refusals,
		open: false,
		anything: place.doubtful || !METHODS.includes(shot.method),
		limited: false,
		mayBeFull: false,
		repeated: false,
	};
	const key = keyOf(shot, place, refusals);
	if (key !== undefined) verdict.key = key;
	// Preflights, and what looks like one, are CORS's to answer.
	if (shot.method === "OPTIONS") return verdict;
	const { route, namespace } = place;
	if (place.guarded) authorise(shot, namespace, "admin", verdict, refusals);
	// A browser at the root is sent to the dashboard.
	if (/^\/(?:\?|$)/.test(shot.target) && headerOf(shot, "accept"))
		verdict.anything = true;
	if (!route) refusals.add(404);
	else if (!route.methods.includes(shot.method)) refusals.add(405);
	else {
		if (
			shot.method === "GET" &&
			CHANGING.includes(route.kind) &&
			isPrefetch(shot)
		)
			refusals.add(403);
		if (route.kind === "metrics")
			authorise(shot, namespace, "admin", verdict, refusals);
		if (route.access === "increment" || route.access === "read")
			authorise(shot, namespace, accessOf(place, route), verdict, refusals);
		if (route.kind === "read")
			reading(place, route, verdict, modelOf(namespace), refusals);
		if (route.kind === "log") limiting(place.query, verdict, refusals);
		if (route.kind === "reset" && route.param !== undefined)
			if (!isName(route.param)) refusals.add(400);
		if (route.kind === "badge" || route.kind === "hit")
			looking(place, route, verdict, refusals);
		if (route.kind === "other" && route.param !== undefined)
			shardOf(route, verdict, refusals);
		if (["count", "hit", "import"].includes(route.kind))
			counting(shot, verdict, route, modelOf(namespace), refusals);
	}
	return verdict;
}

/** Reads the key of what counts: in the header or the query, but not in both. */
function keyOf(
	shot: Shot,
	{ route, query }: Place,
	refusals: Set<number>,
): string | undefined {
	const header = headerOf(shot, "idempotency-key");
	const takesKey = ["count", "hit", "import"].includes(route?.kind ?? "");
	if (!takesKey || !route?.methods.includes(shot.method)) return header;
	const [key, another] = [
		...(header === undefined ? [] : [header]),
		...query.getAll("key"),
	];
	if (another !== undefined) refusals.add(400);
	return key;
}

function isPrefetch(shot: Shot): boolean {
	return PURPOSE.some((name) =>
		/prefetch|preview/i.test(headerOf(shot, name) ?? ""),
	);
}

/** A read that looks further than KV is for the admin. */
function accessOf(
	{ query }: Place,
	{ access }: Route,
): "increment" | "read" | "admin" {
	if (access === "increment") return "increment";
	return ["global", "exact"].includes(query.get("read") ?? "")
		? "admin"
		: "read";
}

function authorise(
	shot: Shot,
	namespace: Namespace,
	level: "increment" | "read" | "admin",
	verdict: Verdict,
	refusals: Set<number>,
): void {
	if (namespace[level] !== "token") return;
	const tokens =
		level === "admin" ? [ADMIN_TOKEN] : [ADMIN_TOKEN, CALLER_TOKEN];
	const given = headerOf(shot, "authorization") ?? "";
	if (tokens.some((token) => given === `Bearer ${token}`)) return;
	if (given.length > 1_024) refusals.add(431);
	else if (tokens.some((token) => given.includes(token))) verdict.open = true;
	else refusals.add(401);
}

function limiting(
	query: URLSearchParams,
	verdict: Verdict,
	refusals: Set<number>,
): void {
	if (query.getAll("limit").length > 1) verdict.open = true;
	const limit = query.get("limit") ?? "1";
	if (!/^\d+$/.test(limit) || Number(limit) < 1 || Number(limit) > 10_000)
		refusals.add(400);
	else if (limit.startsWith("0")) verdict.open = true;
}

function reading(
	{ query }: Place,
	route: Route,
	verdict: Verdict,
	{ totals }: Model,
	refusals: Set<number>,
): void {
	for (const name of ["read", "cursor"])
		if (query.getAll(name).length > 1) verdict.open = true;
	const { param } = route;
	if (
		route.access === "read" &&
		!/^(kv|global|exact)$/.test(query.get("read") ?? "kv")
	)
		refusals.add(400);
	if (param !== undefined) {
		if (!isName(param)) refusals.add(400);
		// The other reads are behind, and nobody knows how far.
		else if (query.get("read") !== "exact") verdict.open = true;
		else if (!totals.has(param)) refusals.add(404);
		return;
	}
	limiting(query, verdict, refusals);
	const cursor = query.get("cursor") ?? "";
	if (/[^\w=+/\s-]/.test(cursor)) refusals.add(400);
	else if (cursor !== "") verdict.open = true;
}

/** Predicts the looks of a badge, and its counter. */
function looking(
	{ query }: Place,
	{ param = "" }: Route,
	verdict: Verdict,
	refusals: Set<number>,
): void {
	for (const name of ["color", "format"])
		if (query.getAll(name).length > 1) verdict.open = true;
	if (!isName(param)) refusals.add(400);
	if (!COLOR.test(query.get("color") ?? "red")) refusals.add(400);
	if (!/^(?:svg|shields)$/.test(query.get("format") ?? "svg"))
		refusals.add(400);
}

function shardOf(
	{ param }: Route,
	verdict: Verdict,
	refusals: Set<number>,
): void {
	if (Number(param) > 1) refusals.add(404);
	else if (String(Number(param)) !== param) verdict.open = true;
}

function counting(
	shot: Shot,
	verdict: Verdict,
	route: Route,
	model: Model,
	refusals: Set<number>,
): void {
	const { namespace } = model;
	const ask = askOf(shot, verdict.place, route);
	const { key } = verdict;
	if (namespace.limit && route.kind !== "import") verdict.limited = true;
	const isLarge =
		shot.method === "POST" && (shot.body?.length ?? 0) > MAX_BODY_BYTES;
	if (isLarge) refusals.add(413);
	else if (ask.refused) refusals.add(400);
	if (ask.doubtful) verdict.open = true;
	if (key === undefined && route.kind === "import") refusals.add(400);
	if (
		key !== undefined &&
		!(namespace.keys && /^[\x20-\x7e]{1,255}$/.test(key))
	)
		refusals.add(400);
	// Imports have keys of their own.
	if (key !== undefined && route.kind === "import")
		verdict.key = `\x01import:${key}`;
	if (ask.entries) verdict.entries = ask.entries;
	verdict.mayBeFull = model.heavy || (ask.entries?.length ?? 0) > 500;
	if (ask.entries && refusals.size === 0)
		settling({ ...ask, entries: ask.entries }, verdict, model, refusals);
}

/** Decides by the room there is, and by what the key has counted before. */
function settling(
	{ entries }: Ask & { entries: readonly Entry[] },
	verdict: Verdict,
	model: Model,
	refusals: Set<number>,
): void {
	const { totals, maybe, keys, namespace } = model;
	const { key } = verdict;
	if (key !== undefined && keys.has(key)) {
		const before = keys.get(key);
		if (before === undefined) verdict.open = true;
		else if (before !== fingerprint(entries)) refusals.add(422);
		else verdict.repeated = true;
		// A key is judged before there must be room.
		if (before !== undefined) return;
	}
	const fresh = entries.filter(([name]) => !totals.has(name));
	const room = namespace.maxCounters - totals.size;
	const unsure = [...maybe].filter((name) => !totals.has(name));
	const others = unsure.filter((name) => !fresh.some(([one]) => one === name));
	if (fresh.length > room) {
		// A name that was made room for is known, though nothing was counted; and
		// what was counted while a reset was under way has no row before its flush.
		const isSettled = Date.now() - model.resetAt > FLUSHED_MS;
		const isSure =
			model.roomKnown && isSettled && !fresh.some(([name]) => maybe.has(name));
		if (!isSure) verdict.open = true;
		else refusals.add(429);
	} else if (fresh.length > room - others.length || !model.roomKnown)
		verdict.open ||= fresh.length > 0;
}
