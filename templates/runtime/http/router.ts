import type { Context } from "hono";
import { kvReader } from "../kv/reader.ts";
import { liveObject } from "../rpc.ts";
import { mayBeCounted } from "../settings.ts";
import { guarded, guards, type Handle } from "./access.ts";
import { answer, answerText } from "./answer.ts";
import { App } from "./app.ts";
import { refuseAutomated } from "./automated.ts";
import { badge, drawn, hit, hitOff } from "./badges.ts";
import { bodyText } from "./body.ts";
import { answerMethodNotAllowed } from "./errors.ts";
import * as handlers from "./handlers.ts";
import { pixelled } from "./images.ts";
import type {
	RoutedGlobal,
	RoutedNamespace,
	RoutedShard,
} from "./namespace.ts";
import { pageOptions } from "./paging.ts";
import { readCounter, readCounters, readLevel } from "./reads.ts";
import { refusalTally } from "./refusal-tally.ts";

type Env = { Bindings: Record<string, unknown> };

/**
 * Makes all routes of one namespace, relative to its mount. A counter's name is the
 * rest of the path: it may have slashes, percent-encoded or not.
 *
 * @param allows tells whether pages of another origin may open WebSockets
 */
export function counterRouter(
	counter: RoutedNamespace,
	allows: (origin: string) => boolean = () => false,
): App<Env> {
	const app = new App<Env>();
	const methods = [...counter.methods];

	const tallied = refusalTally(counter);
	const guard = guards(counter.access);
	const admin = guard.admin && tallied(guard.admin);

	type With<Stub> = (stub: Stub, c: Context) => Promise<Response>;
	const count = (handle: With<RoutedShard>, who = guard.increment) => {
		const counted = guarded(who, (c) => handle(counter.shardStub(c.env), c));
		return counter.rateLimit?.limit(counted) ?? counted;
	};
	const oneShard = (handle: With<RoutedShard>) => (c: Context) =>
		handle(counter.shardStub(c.env, Number(c.req.param("n"))), c);
	const global = (handle: With<RoutedGlobal>) => (c: Context) =>
		handle(counter.globalStub(c.env), c);

	/** Adds a route that changes something. HEAD must not, though Hono makes it GET. */
	const change = (
		path: string,
		handle: Handle,
		wrap = (all: Handle) => all,
		on: ("GET" | "POST")[] = methods,
	) =>
		app.on(
			on,
			path,
			wrap(async (c) => {
				const { method } = c.req;
				if (method === "HEAD") return answerMethodNotAllowed(c, on);
				if (method === "GET") refuseAutomated(c, counter.bots);
				return handle(c);
			}),
		);

	/** Leaves a read that asks more than KV to whoever may see the objects. */
	const read = (
		handle: (c: Context, counter: RoutedNamespace) => Promise<Response>,
	) => {
		const fromKv = guarded(guard.read, (c) => handle(c, counter));
		const deeper = guarded(admin, (c) => handle(c, counter));
		return async (c: Context) =>
			readLevel(c) === "kv" ? fromKv(c) : deeper(c);
	};

	if (admin) {
		app.use("/global/*", admin);
		app.use("/shard/*", admin);
	}

	const pixel = (handle: Handle) => pixelled(tallied(handle));
	change("/increment/:counter{[^]+}", count(handlers.increment), pixel);
	change("/increments", count(handlers.increments), pixel);
	app.get("/counters", read(readCounters));
	app.get("/counters/:counter{[^]+}", read(readCounter));

	app.get(
		"/badge/:counter{[^]+}",
		drawn(guarded(guard.read, (c) => badge(c, counter))),
	);
	if (methods.includes("GET"))
		change(
			"/hit/:counter{[^]+}",
			count(
				(shard, c) => hit(shard, c, counter),
				// Both ask for the same token.
				guard.increment ?? guard.read,
			),
			(handle) => drawn(tallied(handle)),
			["GET"],
		);
	else app.all("/hit/:counter{[^]+}", drawn(hitOff));

	// Each feature takes of it what it needs.
	const door = {
		read: (handle: Handle) => guarded(guard.read, handle),
		admin: (handle: Handle) => guarded(admin, handle),
		global: (env: object) => counter.globalStub(env),
		published: (env: object) => kvReader(env, counter).published(),
		live: (env: object, object: number) => liveObject(counter, env, object),
		mayBe: (name: string) => mayBeCounted(counter, name),
		allows,
		page: pageOptions,
		text: bodyText,
		answer,
		answerText,
	};
	const top = counter.top.route?.(door);
	const ofFeatures = {
		"/history/:counter{[^]+}": counter.history.route?.(door),
		"/global/history": counter.history.part?.(door),
		"/top": counter.history.top?.(door, top) ?? top,
		"/live": counter.live.route?.(door),
	};
	for (const [path, handle] of Object.entries(ofFeatures))
		if (handle) app.get(path, handle);
	const limits = counter.totalBounds.route?.(door);
	for (const [method, handle] of Object.entries(limits ?? {}))
		app.on(method, "/limits/:counter{[^]+}", handle);

	change("/global/reset", global(handlers.globalReset));
	change("/global/reset/:counter{[^]+}", global(handlers.globalReset));
	app.post("/global/import", (c) =>
		handlers.globalImport(counter.shardStub(c.env), c),
	);
	app.get("/global/counters", global(handlers.globalCounters));
	app.get("/global/writes", global(handlers.globalWrites));
	app.get("/global/shardWrites", global(handlers.globalShardWrites));
	app.get("/global/shards", global(handlers.globalShards));

	app.get("/shard/:n{[0-9]+}/counters", oneShard(handlers.shardCounters));
	change("/shard/:n{[0-9]+}/write", oneShard(handlers.shardWrite));
	return app;
}
