import { App } from "../http/app.ts";
import { answerErrors, answerNotFound } from "../http/errors.ts";
import {
	globalCounters,
	globalReset,
	globalShards,
	globalShardWrites,
	globalWrite,
	globalWrites,
	increment,
	increments,
	shardCounters,
	shardWrite,
} from "../http/handlers.ts";
import type { RoutedGlobal, RoutedShard } from "../http/namespace.ts";

/** Answers the paths of `shardStub.fetch(path)`, with any method. */
export const shardRoutes = new App<{ Bindings: { stub: RoutedShard } }>()
	.all("/increment/:counter{[^]+}", (c) => increment(c.env.stub, c))
	.all("/increments", (c) => increments(c.env.stub, c))
	.all("/counters", (c) => shardCounters(c.env.stub))
	.all("/write", (c) => shardWrite(c.env.stub))
	.onError(answerErrors)
	.notFound(answerNotFound);

/** Answers the paths of `globalStub.fetch(path)`, with any method. */
export const globalRoutes = new App<{ Bindings: { stub: RoutedGlobal } }>()
	.all("/counters", (c) => globalCounters(c.env.stub, c))
	.all("/reset", (c) => globalReset(c.env.stub, c))
	.all("/reset/:counter{[^]+}", (c) => globalReset(c.env.stub, c))
	.all("/write", (c) => globalWrite(c.env.stub))
	.all("/writes", (c) => globalWrites(c.env.stub, c))
	.all("/shardWrites", (c) => globalShardWrites(c.env.stub))
	.all("/shards", (c) => globalShards(c.env.stub, c))
	.onError(answerErrors)
	.notFound(answerNotFound);

/** Makes a request whose URL may be just a path. */
export function request(
	input: string | URL | Request,
	init?: RequestInit,
): Request {
	return input instanceof Request
		? new Request(input, init)
		: new Request(new URL(input, "http://counter"), init);
}
