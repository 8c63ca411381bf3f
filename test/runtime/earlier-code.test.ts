import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { GlobalStub } from "../../templates/runtime/stubs/global.ts";
import { Metrics } from "./worker/index.ts";

const EVENT = {
	cmd: "writeToGlobal",
	event: "requestWrite",
	shardName: "shard0",
	counters: { a: 1 },
	timestamp: 1_000,
};

test("a Worker understands a global object of earlier code, which answers no JSON", async () => {
	const earlier = {
		shards: async () => [[["a", 1]], [["__proto__", 2]]],
		writes: async () => [EVENT],
	};
	const stub = new GlobalStub(Metrics, {
		[Metrics.doNamespace]: { getByName: () => earlier },
	});
	const shards = '[{"a":1},{"__proto__":2}]';
	expect(await stub.shardsJson()).toBe(shards);
	expect(JSON.stringify(await stub.shards())).toBe(shards);
	expect(JSON.parse(await stub.writesJson())).toEqual([EVENT]);
	expect(await stub.writes()).toEqual([EVENT]);
});

test("the global object answers a Worker of earlier code, which asks for no JSON", async () => {
	await Metrics.shardStub(env, 0).increment("a", 3);
	const global = env.METRICS_DO.getByName("global");
	expect(await global.shards()).toEqual([[["a", 3]], []]);
	await Metrics.shardStub(env, 0).write();
	expect(await global.writes(1)).toMatchObject([
		{ cmd: "writeToGlobal", shardName: "shard0", counters: { a: 3 } },
	]);
});
