import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { asAdmin, call, eventually, json } from "./support.ts";
import { Moved } from "./worker/index.ts";

const object = env.MOVED_DO.getByName("global");
const global = Moved.globalStub(env);

/** Puts code with another prefix in the place of what runs. */
async function deploy(kvPrefix: string, ...earlier: string[]): Promise<void> {
	Moved.kvPrefix = kvPrefix;
	Moved.earlierKvPrefixes = earlier;
	await evictDurableObject(object);
}

async function count(by: number): Promise<void> {
	await Moved.shardStub(env, 0).increment("moved", by);
	await Moved.shardStub(env, 0).write();
}

/** Reads a key of KV, once the global object has noted that it put it. */
async function published(kvPrefix: string): Promise<unknown> {
	const noted = () =>
		runInDurableObject(object, (_, { storage }) =>
			storage.sql
				.exec<{ kvPrefix: string }>("SELECT kvPrefix FROM published")
				.toArray(),
		);
	await eventually(noted, ([row]) => row?.kvPrefix === kvPrefix);
	return env.KV.get(`${kvPrefix}~counters`, "json");
}

function alarm(): Promise<number | null> {
	return runInDurableObject(object, (_, { storage }) => storage.getAlarm());
}

describe("a change of kvPrefix", () => {
	it("has nothing to publish where nothing was published", async () => {
		await count(1);
		await deploy("never", "first");
		expect(await global.counters()).toEqual({ moved: 1 });
		expect(await alarm()).toBe(null);
		await deploy("first");
		expect(await json(call("/moved/counters"))).toEqual({});
	});

	it("leaves readers what was last published, as of then", async () => {
		await global.write();
		const before = await call("/moved/counters");
		await deploy("second", "unused", "first");
		const after = await call("/moved/counters");
		expect(await json(after)).toEqual({ moved: 1 });
		const asOf = after.headers.get("Counter-As-Of");
		expect(asOf).not.toBe(null);
		expect(asOf).toBe(before.headers.get("Counter-As-Of"));
		expect(await Moved.kvCounters(env)).toEqual({ moved: 1 });
		expect(await json(call("/moved/counters/moved"))).toMatchObject({
			value: 1,
			read: "kv",
		});
		expect(await env.KV.get("second~counters")).toBe(null);
	});

	it("has everything published once the global object runs", async () => {
		await global.counters();
		expect(await published("second")).toEqual({ moved: 1 });
		expect(await env.KV.get("first~counters", "json")).toEqual({ moved: 1 });
		expect(await Moved.kvCounters(env)).toEqual({ moved: 1 });
		expect(await alarm()).toBe(null);
	});

	it("has it published under the old key again when rolled back", async () => {
		await count(2);
		await global.write();
		expect(await env.KV.get("first~counters", "json")).toEqual({ moved: 1 });
		await deploy("first");
		expect(await Moved.kvCounters(env)).toEqual({ moved: 1 });
		await global.writes();
		expect(await published("first")).toEqual({ moved: 3 });
		// An isolate may remember for a second what it read before.
		const counters = await eventually(
			() => Moved.kvCounters(env),
			({ moved }) => moved === 3,
		);
		expect(counters).toEqual({ moved: 3 });
	});

	it("is made good by a flush, with what it brought", async () => {
		await deploy("third", "second", "first");
		await count(1);
		expect(await published("third")).toEqual({ moved: 4 });
	});

	it("is made good by what only reads in the global object", async () => {
		await deploy("fourth", "third", "second", "first");
		await asAdmin("/moved/counters?read=exact");
		expect(await published("fourth")).toEqual({ moved: 4 });
	});

	it("is assumed where no prefix was noted", async () => {
		await runInDurableObject(object, (_, { storage }) => {
			storage.sql.exec("DELETE FROM published");
		});
		await deploy("noted", "first");
		await global.counters();
		expect(await published("noted")).toEqual({ moved: 4 });
	});
});
