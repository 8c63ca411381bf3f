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

	/** A read asks for a token where it asks more than KV. */
	const read =
		(handle: (c: Context, counter: CounterClass) => Promise<Response>) =>
		async (c: Context) => {
			if (readLevel(c) === "kv") return handle(c, counter);
			const refusal = await admin(c, async () => {
				c.res = await handle(c, counter);
			});
			return refusal ?? c.res;
		};

	app.use("/global/*", admin);
	app.use("/shard/*", admin);

	change("/increment/:counter", anyShard(handlers.increment));
	change("/increments", anyShard(handlers.increments));
	app.get("/counters", read(readCounters));
	app.get("/counters/:counter", read(readCounter));

	change("/global/reset", global(handlers.globalReset));
	change("/global/reset/:counter", global(handlers.globalReset));
	app.post("/global/import", anyShard(handlers.globalImport));
	app.get("/global/counters", global(handlers.globalCounters));
	app.get("/global/writes", global(handlers.globalWrites));
	app.get("/global/shardWrites", global(handlers.globalShardWrites));
	app.get("/global/shards", global(handlers.globalShards));

	app.get("/shard/:n{[0-9]+}/counters", oneShard(handlers.shardCounters));
	change("/shard/:n{[0-9]+}/write", oneShard(handlers.shardWrite));
	return app;
}
