import { type Context, Hono } from "hono";
import { admin } from "./access.ts";
import type { CounterClass } from "./counter.ts";
import { answerMethodNotAllowed } from "./errors.ts";
import type { GlobalStub } from "./global-stub.ts";
import * as handlers from "./handlers.ts";
import { readCounter, readCounters, readLevel } from "./reads.ts";
import type { ShardStub } from "./stubs.ts";

type Env = { Bindings: Record<string, unknown> };

/** All routes of one namespace, relative to its mount. */
export function counterRouter(counter: CounterClass): Hono<Env> {
	const app = new Hono<Env>();
	const methods = [...counter.methods];

	type Handle<Stub> = (c: Context, stub: Stub) => Promise<Response>;
	const anyShard = (handle: Handle<ShardStub>) => (c: Context) =>
		handle(c, counter.shardStub(c.env));
	const oneShard = (handle: Handle<ShardStub>) => (c: Context) =>
		handle(c, counter.shardStub(c.env, Number(c.req.param("n"))));
	const global = (handle: Handle<GlobalStub>) => (c: Context) =>
		handle(c, counter.globalStub(c.env));

	/** A route that changes something; HEAD must not, though Hono makes it GET. */
	const change = (path: string, handle: (c: Context) => Promise<Response>) =>
		app.on(methods, path, async (c) =>
			c.req.method === "HEAD" ? answerMethodNotAllowed(c, methods) : handle(c),
		);

	app.use("/global/*", admin);
	app.use("/shard/*", admin);
	app.use("/counters/*", (c, next) =>
		readLevel(c) === "kv" ? next() : admin(c, next),
	);

	change("/increment/:counter", anyShard(handlers.increment));
	change("/increments", anyShard(handlers.increments));
	app.get("/counters", (c) => readCounters(c, counter));
	app.get("/counters/:counter", (c) => readCounter(c, counter));

	change("/global/reset", global(handlers.globalReset));
	change("/global/reset/:counter", global(handlers.globalReset));
	app.get("/global/counters", global(handlers.globalCounters));
	app.get("/global/writes", global(handlers.globalWrites));
	app.get("/global/shardWrites", global(handlers.globalShardWrites));
	app.get("/global/shards", global(handlers.globalShards));

	app.get("/shard/:n{[0-9]+}/counters", oneShard(handlers.shardCounters));
	change("/shard/:n{[0-9]+}/write", oneShard(handlers.shardWrite));
	return app;
}
