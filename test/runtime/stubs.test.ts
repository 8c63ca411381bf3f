import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import { json } from "./support.ts";
import { Manual, Metrics, Timed, Votes } from "./worker/index.ts";

describe("shardStub", () => {
	it("counts on the shard it names", async () => {
		const shard = Manual.shardStub(env, 1);
		expect(await shard.increment("typed")).toEqual({
			counter: "typed",
			by: 1,
			shard: 1,
			repeated: false,
		});
		expect(await shard.increments({ typed: 2, other: 3 })).toEqual({
			counters: { typed: 2, other: 3 },
			shard: 1,
			repeated: false,
		});
		expect(await shard.counters()).toEqual({ typed: 3, other: 3 });
		expect(await shard.write()).toBe(true);
		expect(await shard.write()).toBe(false);
		expect(await shard.counters()).toEqual({});
	});

	it("picks a shard at random without a number", async () => {
		const picked = new Set<number>();
		for (let tries = 0; tries < 100 && picked.size < 2; tries++)
			picked.add((await Manual.shardStub(env).increment("spread")).shard);
		expect([...picked].sort()).toEqual([0, 1]);
	});

	it.each([-1, 2, 0.5, Number.NaN])("has no shard %s", (number) => {
		expect(() => Manual.shardStub(env, number)).toThrow("0 to 1");
	});

	it("throws a problem for what may not be counted", async () => {
		const shard = Votes.shardStub(env, 0);
		await expect(shard.increment("maybe")).rejects.toMatchObject({
			problem: { code: "invalid-counter-name", status: 400 },
		});
		await expect(shard.increment("yes", 0.5)).rejects.toMatchObject({
			problem: { code: "invalid-increment", status: 400 },
		});
		await expect(
			shard.increments({ yes: 1, no: "1" as unknown as number }),
		).rejects.toMatchObject({ problem: { code: "invalid-increment" } });
		expect(await shard.counters()).toEqual({});
	});

	it("imports only where a repetition would be known for long enough", async () => {
		class Brief extends Manual {
			static override readonly idempotency = idempotencyKeys({
				windowMs: 899_999,
			});
		}
		class Enough extends Manual {
			static override readonly idempotency = idempotencyKeys({
				windowMs: 900_000,
			});
		}
		await expect(
			Brief.shardStub(env, 0).import({ brought: 1 }, "brief"),
		).rejects.toMatchObject({
			problem: { code: "idempotency-window-short", status: 400 },
		});
		await expect(
			Enough.shardStub(env, 0).import({ brought: 1 }, "enough"),
		).resolves.toMatchObject({ repeated: false });
	});

	it("takes no empty name", async () => {
		class Any extends Manual {
			static override readonly names = /^.*$/s;
		}
		const counted = Any.shardStub(env, 0).increments({ "": 1 });
		await expect(counted).rejects.toMatchObject({
			problem: { code: "invalid-counter-name" },
		});
	});

	it("answers the paths of fetch, whatever the method", async () => {
		const shard = Timed.shardStub(env);
		expect(await json(shard.fetch("/increment/path"))).toEqual({
			counter: "path",
			by: 1,
			shard: 0,
		});
		const post = { method: "POST", body: "2" };
		await shard.fetch("/increment/path", post);
		await shard.fetch(new Request("http://any/increment/path?by=4"));
		await shard.fetch("/increments", { method: "POST", body: '{"path":8}' });
		expect(await json(shard.fetch("/counters"))).toEqual({ path: 15 });
		expect(await json(shard.fetch("/write"))).toEqual({ written: true });
		expect((await shard.fetch("/nowhere")).status).toBe(404);
		expect((await shard.fetch("/increment/a%20b")).status).toBe(400);
	});
});

describe("globalStub", () => {
	it("adds up the shards, tells its log and resets", async () => {
		const global = Votes.globalStub(env);
		await Votes.shardStub(env, 0).increments({ yes: 1 });
		await Votes.shardStub(env, 1).increments({ yes: 1, no: -1 });
		expect(await global.shards()).toEqual([{ yes: 1 }, { yes: 1, no: -1 }]);
		await Votes.shardStub(env, 0).write();
		await Votes.shardStub(env, 1).write();
		expect(await global.counters()).toEqual({ yes: 2, no: -1 });
		expect(await global.total("yes")).toMatchObject({ value: 2 });
		expect(await global.total("maybe")).toMatchObject({ value: undefined });
		expect(await global.shardWrites()).toEqual({
			shardWrites: {
				shard0: { counters: { yes: 1 }, writeCount: 1 },
				shard1: { counters: { yes: 1, no: -1 }, writeCount: 1 },
			},
			totalWrite: 2,
			totalShards: 2,
		});
		await global.write();
		expect(await Votes.kvCounters(env)).toEqual({ yes: 2, no: -1 });
		expect((await global.writes())[0]).toEqual({
			cmd: "writeToKV",
			event: expect.stringMatching(/^(requestWrite|exceedMaxRequest)$/),
			shardName: "global",
			counters: {},
			timestamp: expect.any(Number),
		});
		await global.reset("yes");
		expect(await global.counters()).toEqual({ no: -1 });
		await global.reset();
		expect(await global.counters()).toEqual({});
		expect(await Votes.kvCounters(env)).toEqual({});
	});

	it("answers the paths of fetch, whatever the method", async () => {
		const global = Timed.globalStub(env);
		await Timed.shardStub(env).increment("seen", 3);
		expect(await json(global.fetch("/shards"))).toEqual([{ seen: 3 }]);
		await Timed.shardStub(env).write();
		expect(await json(global.fetch("/counters"))).toMatchObject({ seen: 3 });
		expect(await json(global.fetch("/write"))).toEqual({ written: true });
		expect(await Timed.kvCounters(env)).toMatchObject({ seen: 3 });
		expect(await json(global.fetch("/writes"))).toContainEqual(
			expect.objectContaining({ shardName: "shard0", counters: { seen: 3 } }),
		);
		expect(await json(global.fetch("/shardWrites"))).toMatchObject({
			totalShards: 1,
		});
		expect(await json(global.fetch("/reset/seen"))).toEqual({ reset: "seen" });
		expect(await json(global.fetch("/reset", { method: "POST" }))).toEqual({
			reset: "all",
		});
		expect(await json(global.fetch("/counters"))).toEqual({});
	});
});

describe("kvCounters", () => {
	it("is empty before the first publication", async () => {
		expect(await Metrics.kvCounters(env)).toEqual({});
	});
});

describe("any name", () => {
	const NAMES = [
		"constructor",
		"__proto__",
		"toString",
		"a/b?c#d",
		"ключ 🔑",
		'"\\',
		"0",
	];
	const shard = Manual.shardStub(env, 0);
	const global = Manual.globalStub(env);
	/** Picks what is there of the names. */
	const of = (counters: Record<string, number> = {}) =>
		NAMES.map((name) => [
			name,
			Object.hasOwn(counters, name) ? counters[name] : "none",
		]);
	const all = (value: unknown) => NAMES.map((name) => [name, value]);

	it("is counted like the others", async () => {
		expect(of(await global.counters())).toEqual(all("none"));
		for (const name of NAMES) {
			await shard.increment(name, 5);
			const path = `/increment/${encodeURIComponent(name)}?by=2`;
			expect((await shard.fetch(path)).status).toBe(200);
			const body = `{${JSON.stringify(name)}:1}`;
			await shard.fetch("/increments", { method: "POST", body });
		}
		expect(of(await shard.counters())).toEqual(all(8));
		await shard.write();
		expect(of(await global.counters())).toEqual(all(8));
		expect(of((await global.writes())[0]?.counters)).toEqual(all(8));
		const { shardWrites } = await global.shardWrites();
		expect(of(shardWrites.shard0?.counters)).toEqual(all(8));
		await global.write();
		expect(of(await Manual.kvCounters(env))).toEqual(all(8));
		const text = await (await global.fetch("/counters")).text();
		for (const name of NAMES) {
			expect(await global.total(name)).toMatchObject({ value: 8 });
			expect(text).toContain(`${JSON.stringify(name)}:8`);
		}
		await Promise.all(NAMES.map((name) => global.reset(name)));
		expect(of(await global.counters())).toEqual(all("none"));
	});
});

describe("objects", () => {
	it("refuse to be CounterDurableObject itself", async () => {
		const stub = env.ABSTRACT_DO.getByName("shard0");
		await expect(stub.fetch("http://x/")).rejects.toThrow("extend it");
	});

	it("refuse a subclass that leaves a static out, naming it", async () => {
		const stub = env.INCOMPLETE_DO.getByName("shard0");
		await expect(stub.fetch("http://x/")).rejects.toThrow(
			"Incomplete must set static shardCount",
		);
	});

	it("refuse a name that gives them no role", async () => {
		const stub = env.MANUAL_DO.getByName("somebody");
		await expect(stub.fetch("http://x/")).rejects.toThrow('"somebody"');
	});

	it("refuse the other role's methods", async () => {
		await runInDurableObject(env.MANUAL_DO.getByName("shard0"), (shard) =>
			expect(shard.writes()).rejects.toThrow("shard0 is not the global object"),
		);
		await runInDurableObject(env.MANUAL_DO.getByName("global"), (global) =>
			expect(global.increment([["x", 1]])).rejects.toThrow(
				"global is not a shard",
			),
		);
	});
});

describe("a class", () => {
	it("counts on a shard picked at random, and reads as deep as it is asked", async () => {
		expect(await Timed.increment(env, "short")).toMatchObject({ by: 1 });
		const once = () => Timed.increment(env, "short", 4, { key: "short" });
		expect(await once()).toMatchObject({ repeated: false });
		expect(await once()).toMatchObject({ repeated: true });
		expect(await Timed.total(env, "short", { read: "exact" })).toMatchObject({
			value: 5,
		});
		expect(await Timed.total(env, "short", { read: "global" })).toMatchObject({
			value: undefined,
		});
		await Timed.shardStub(env, 0).write();
		expect(await Timed.total(env, "short", { read: "global" })).toMatchObject({
			value: 5,
		});
		expect((await Timed.total(env, "short")).value).toBeUndefined();
		await Timed.globalStub(env).write();
		expect(await Timed.total(env, "short")).toMatchObject({ value: 5 });
		await expect(Timed.total(env, "")).rejects.toMatchObject({
			code: "invalid-counter-name",
		});
	});
});
