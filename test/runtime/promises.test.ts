import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../templates/runtime/idempotency/fingerprint.ts";
import { homeOf } from "../../templates/runtime/idempotency/key-home.ts";
import { asAdmin, call, eventually, json, post } from "./support.ts";
import {
	Few,
	Grown,
	Manual,
	Metrics,
	Shrunk,
	Timed,
	Votes,
} from "./worker/index.ts";

type Counters = Record<string, number>;

describe("an exact read", () => {
	beforeEach(() => Manual.globalStub(env).reset());

	it("includes what shards hold, sealed or not, and nothing twice", async () => {
		const global = Manual.globalStub(env);
		await Manual.shardStub(env, 0).increment("exact", 1);
		await Manual.shardStub(env, 1).increment("exact", 2);
		expect((await global.exact()).counters).toEqual({ exact: 3 });
		await Manual.shardStub(env, 0).write();
		expect((await global.exact()).counters).toEqual({ exact: 3 });
		await Manual.shardStub(env, 0).increment("exact", 4);
		expect((await global.exact()).counters).toEqual({ exact: 7 });
		expect(await global.counters()).toEqual({ exact: 1 });
	});

	it("counts a sealed batch once, whether or not it was applied", async () => {
		const object = env.MANUAL_DO.getByName("shard0");
		await Manual.shardStub(env, 0).increment("sealed", 2);
		const batch = await runInDurableObject(object, (_, { storage }) => {
			storage.sql.exec("UPDATE shard SET seq = seq + 1, isApplied = 0");
			const { epoch, seq } = storage.sql
				.exec<{ epoch: number; seq: number }>("SELECT epoch, seq FROM shard")
				.one();
			return {
				version: 1,
				shard: 0,
				epoch,
				seq,
				reason: "requestWrite" as const,
				requests: 1,
				entries: [["sealed", 2]] as const,
			};
		});
		await env.MANUAL_DO.getByName("global").apply(batch);
		await evictDurableObject(object);
		await Manual.shardStub(env, 0).increment("sealed", 3);
		expect((await Manual.globalStub(env).exact()).counters).toEqual({
			sealed: 5,
		});
	});

	it("stays within the range of totals", async () => {
		await Manual.shardStub(env, 0).increment("huge", Number.MAX_SAFE_INTEGER);
		await Manual.shardStub(env, 1).increment("huge", 5);
		const { counters } = await Manual.globalStub(env).exact();
		expect(counters.huge).toBe(Number.MAX_SAFE_INTEGER);
	});

	it("reaches retired shards", async () => {
		await Shrunk.shardStub(env, 2).increment("retired", 5);
		const { counters } = await Shrunk.globalStub(env).exact();
		expect(counters).toMatchObject({ retired: 5 });
	});

	it("reaches shards that only newer code knows of", async () => {
		await env.MANUAL_DO.getByName("shard3").increment([["newer", 5]]);
		const { counters } = await Manual.globalStub(env).exact();
		expect(counters).toEqual({ newer: 5 });
		await Manual.globalStub(env).reset();
		expect(await Manual.globalStub(env).shards()).toEqual([{}, {}, {}, {}]);
	});

	it("is there over HTTP, for admins, with its moment", async () => {
		const before = Date.now();
		await post("/manual/increment/http?by=3");
		const all = await asAdmin("/manual/counters?read=exact");
		expect(all.headers.get("Counter-Read")).toBe("exact");
		const asOf = Date.parse(all.headers.get("Counter-As-Of") ?? "");
		expect(asOf).toBeGreaterThanOrEqual(before);
		expect(await json<Counters>(all)).toEqual({ http: 3 });
		expect(
			await json(asAdmin("/manual/counters/http?read=exact")),
		).toMatchObject({ counter: "http", value: 3, read: "exact" });
		expect((await call("/manual/counters?read=exact")).status).toBe(401);
	});
});

describe("an idempotency key", () => {
	const send = (key: string, path: string, body?: string) =>
		call(path, {
			method: "POST",
			headers: { "Idempotency-Key": key },
			...(body === undefined ? {} : { body }),
		});

	it("counts once, and says when it is a repetition", async () => {
		const first = await send("k1", "/manual/increment/keyed?by=2");
		expect(first.headers.has("Idempotent-Replayed")).toBe(false);
		const { shard } = await json<{ shard: number }>(first.clone());
		expect(shard).toBe(homeOf("k1", 2));
		await evictDurableObject(env.MANUAL_DO.getByName(`shard${shard}`));
		const second = await send("k1", "/manual/increment/keyed?by=2");
		expect(second.status).toBe(200);
		expect(second.headers.get("Idempotent-Replayed")).toBe("true");
		expect(await json(second)).toEqual(await json(first));
		const { counters } = await Manual.globalStub(env).exact();
		expect(counters.keyed).toBe(2);
	});

	it("counts once when all come at the same time", async () => {
		const shard = Manual.shardStub(env);
		const results = await Promise.all(
			Array.from({ length: 20 }, () =>
				shard.increment("together", 1, { key: "k2" }),
			),
		);
		expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
		const { counters } = await Manual.globalStub(env).exact();
		expect(counters.together).toBe(1);
	});

	it("counts once, one of many hundred, while these are packed and merged", async () => {
		const shard = Timed.shardStub(env);
		const object = env.TIMED_DO.getByName("shard0");
		const keys = Array.from({ length: 1_200 }, (_, n) => `many-${n}`);
		/** Counts all at once; answers how many were repetitions. */
		const send = async (keys: readonly string[]) => {
			const answers = await Promise.all(
				keys.map((key) => shard.increment("many", 1, { key })),
			);
			return answers.filter(({ repeated }) => repeated).length;
		};
		for (let n = 0; n < keys.length; n += 100)
			expect(await send(keys.slice(n, n + 100))).toBe(0);
		const steps = await runInDurableObject(
			object,
			(_, { storage: { sql } }) =>
				sql.exec("SELECT layout0 ->> 'steps' AS steps FROM keyTables").one()
					.steps,
		);
		expect(steps).toBe("[1]");
		const some = keys.filter((_, n) => n % 40 === 0);
		expect(await send(some)).toBe(some.length);
		await evictDurableObject(object);
		expect(await send(some)).toBe(some.length);
		expect((await Timed.globalStub(env).exact()).counters).toEqual({
			many: keys.length,
		});
	});

	it("counts once that code with a row for each key has counted", async () => {
		const object = env.MANUAL_DO.getByName("shard0");
		await runInDurableObject(object, (_, { storage: { sql } }) => {
			sql.exec(`
				DROP TABLE keyPacks0;
				DROP TABLE keyPacks1;
				DROP TABLE keyJournal;
				ALTER TABLE keyRows0 RENAME TO keys0;
				ALTER TABLE keyRows1 RENAME TO keys1;
				ALTER TABLE keyTables DROP COLUMN round;
				ALTER TABLE keyTables DROP COLUMN layout0;
				ALTER TABLE keyTables DROP COLUMN layout1;
				DELETE FROM migrations WHERE room = 'idempotency' AND id = 2;
			`);
			sql.exec(
				"INSERT INTO keys1 (key, fingerprint, claimedBy, expires) VALUES ('before', ?, '[]', ?)",
				JSON.stringify([["old", 1]]),
				Date.now() + 60_000,
			);
		});
		await evictDurableObject(object);
		const fingerprint = await fingerprintOf([["old", 1]]);
		const sharding = { shardCount: 2, shardCounts: [2], reshardings: 0 };
		const key = { key: "before", fingerprint, ...sharding };
		expect(await object.increment([["old", 1]], key)).toEqual({
			shard: 0,
			repeated: true,
		});
		// Rolled back, that code finds no key that it could count again.
		await runInDurableObject(object, (_, { storage: { sql } }) => {
			expect(() => sql.exec("SELECT 1 FROM keys0")).toThrow("no such table");
		});
	});

	it("is refused with another request", async () => {
		await send("k3", "/manual/increments", '{"a":1,"b":2}');
		const same = await send("k3", "/manual/increments", '{"b":2,"a":1}');
		expect(same.headers.get("Idempotent-Replayed")).toBe("true");
		const other = await send("k3", "/manual/increments", '{"a":1,"b":3}');
		expect(other.status).toBe(422);
		expect(await json(other)).toMatchObject({
			type: "urn:problem-type:counter-gen:idempotency-key-reused",
		});
	});

	it("has 1 to 255 printable characters", async () => {
		const path = "/manual/increment/x";
		expect((await send("x".repeat(255), path)).status).toBe(200);
		expect((await send("x".repeat(256), path)).status).toBe(400);
		expect((await send("", path)).status).toBe(400);
		await expect(
			Manual.shardStub(env).increment("x", 1, { key: "é" }),
		).rejects.toMatchObject({ problem: { code: "invalid-idempotency-key" } });
	});

	it("is refused where keys are off", async () => {
		const answer = await send("k4", "/votes/increment/yes");
		expect(answer.status).toBe(400);
		expect(await json(answer)).toMatchObject({
			type: "urn:problem-type:counter-gen:idempotency-off",
		});
		await expect(
			Votes.shardStub(env).increment("yes", 1, { key: "k4" }),
		).rejects.toMatchObject({ problem: { code: "idempotency-off" } });
	});

	it("counts once also when its home changes with shardCount", async () => {
		// The same objects under two configurations: 1 shard before, 5 now.
		for (let n = 0; n < 20; n++) {
			const key = `moving-${n}`;
			const before = env.GROWN_DO.getByName("shard0");
			const fingerprint = await fingerprintOf([["moved", 1]]);
			await before.increment([["moved", 1]], {
				key,
				fingerprint,
				shardCount: 1,
				shardCounts: [1],
				reshardings: 0,
			});
			const again = await Grown.shardStub(env).increment("moved", 1, { key });
			expect(again.repeated).toBe(true);
		}
		const { counters } = await Grown.globalStub(env).exact();
		expect(counters.moved).toBe(20);
		// And back: what the new home counted, the old one does not.
		for (let n = 0; n < 20; n++) {
			const key = `returning-${n}`;
			const fingerprint = await fingerprintOf([["back", 1]]);
			await Grown.shardStub(env).increment("back", 1, { key });
			await env.GROWN_DO.getByName("shard0").increment([["back", 1]], {
				key,
				fingerprint,
				shardCount: 1,
				shardCounts: [1],
				reshardings: 0,
			});
		}
		expect((await Grown.globalStub(env).exact()).counters.back).toBe(20);
	});
});

describe("maxCounters", () => {
	it("refuses a new name past it, and never a known one", async () => {
		const shard = (n: number) => Few.shardStub(env, n);
		await shard(0).increments({ a: 1, b: 1 });
		await shard(1).increment("c");
		for (const n of [0, 1]) {
			await expect(shard(n).increment("d")).rejects.toMatchObject({
				problem: { code: "too-many-counters", status: 429 },
			});
			await expect(shard(n).increments({ a: 1, d: 1 })).rejects.toMatchObject({
				problem: { code: "too-many-counters" },
			});
		}
		// Known to the namespace, though not yet to this shard.
		await shard(0).increment("c");
		await evictDurableObject(env.FEW_DO.getByName("shard1"));
		await shard(1).increment("b");
		const { counters } = await Few.globalStub(env).exact();
		expect(counters).toEqual({ a: 1, b: 2, c: 2 });
	});

	it("takes up no room for what an idempotency key refuses or repeats", async () => {
		const shard = Few.shardStub(env, 0);
		const key = "one key";
		await Few.globalStub(env).reset();
		await shard.increment("p", 1, { key });
		for (const other of ["q", "r", "s"])
			await expect(shard.increment(other, 1, { key })).rejects.toMatchObject({
				problem: { code: "idempotency-key-reused", status: 422 },
			});
		await Few.globalStub(env).reset();
		expect(await shard.increment("p", 1, { key })).toMatchObject({
			repeated: true,
		});
		await shard.increments({ x: 1, y: 1, z: 1 });
	});

	it("takes up no room for a request that is refused", async () => {
		await Few.globalStub(env).reset();
		const shard = Few.shardStub(env, 0);
		await shard.increments({ p: 1, q: 1 });
		await expect(shard.increments({ r: 1, s: 1 })).rejects.toMatchObject({
			problem: { code: "too-many-counters" },
		});
		await shard.increment("t");
	});

	it("has room again after a reset", async () => {
		await Few.globalStub(env).reset();
		await Few.shardStub(env, 0).increments({ x: 1, y: 1, z: 1 });
		await expect(Few.shardStub(env, 0).increment("a")).rejects.toMatchObject({
			problem: { code: "too-many-counters" },
		});
	});
});

describe("many increments at once", () => {
	it("all count, each once, across shards and flushes", async () => {
		await Metrics.globalStub(env).reset();
		const stubs = [Metrics.shardStub(env, 0), Metrics.shardStub(env, 1)];
		await Promise.all(
			Array.from({ length: 400 }, (_, n) => stubs[n % 2]?.increment("many")),
		);
		const exact = await Metrics.globalStub(env).exact();
		expect(exact.counters.many).toBe(400);
		for (const stub of stubs) await stub.write();
		const counters = await eventually(
			() => Metrics.globalStub(env).counters(),
			({ many }) => many === 400,
		);
		expect(counters.many).toBe(400);
	});
});
