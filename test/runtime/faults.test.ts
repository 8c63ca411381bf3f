import {
	evictDurableObject,
	runDurableObjectAlarm,
	runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Operation } from "../../cli/load/history.ts";
import { checkHistory } from "../oracle/checker.ts";
import { eventually } from "./support.ts";
import { Faulty, type Manual, Metrics, Unpublishable } from "./worker/index.ts";

const object = (name: string) => env.FAULTY_DO.getByName(name);

/** Lets an object fail, or not any more. */
function fail(name: string, failing: boolean): Promise<void> {
	return runInDurableObject(object(name), (faulty) => {
		faulty.failing = failing;
	});
}

function alarmOf(stub: DurableObjectStub<Manual>): Promise<number | null> {
	return runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
}

describe("a global object that fails", () => {
	it("stops no increment, and gets everything once it works again", async () => {
		const shard = Faulty.shardStub(env, 0);
		await shard.increment("through", 1);
		await fail("global", true);
		await expect(shard.write()).rejects.toMatchObject({
			problem: { code: "shard-unreachable", status: 503, retryAfter: 5 },
		});
		await shard.increment("through", 2);
		expect(await alarmOf(object("shard0"))).toBeGreaterThan(Date.now());
		// The alarm fails too, does not throw, and arms the next.
		await runDurableObjectAlarm(object("shard0"));
		expect(await alarmOf(object("shard0"))).toBeGreaterThan(0);
		expect(await shard.counters()).toEqual({ through: 3 });

		await fail("global", false);
		await evictDurableObject(object("shard0"));
		await shard.write();
		expect(await Faulty.globalStub(env).counters()).toEqual({ through: 3 });
		expect(await shard.counters()).toEqual({});
	});
});

describe("a global object that fails", () => {
	const unreachable = {
		problem: { code: "global-unreachable", status: 503, retryAfter: 5 },
	};

	it("keeps new names from being counted, and says that nothing was", async () => {
		const shard = Faulty.shardStub(env, 0);
		await Faulty.globalStub(env).reset();
		await shard.increment("old");
		await fail("global", true);
		await expect(shard.increment("new")).rejects.toMatchObject(unreachable);
		await expect(shard.increments({ old: 1, new: 1 })).rejects.toMatchObject(
			unreachable,
		);
		await shard.increment("old");
		await fail("global", false);
		expect((await Faulty.globalStub(env).exact()).counters).toEqual({ old: 2 });
		await shard.increment("new");
		expect((await Faulty.globalStub(env).exact()).counters).toEqual({
			old: 2,
			new: 1,
		});
	});

	it("is named to who reads from it", async () => {
		await fail("global", true);
		await expect(Faulty.globalStub(env).counters()).rejects.toMatchObject(
			unreachable,
		);
		await fail("global", false);
		await Faulty.shardStub(env, 0).write();
		expect(await Faulty.globalStub(env).counters()).toEqual({ old: 2, new: 1 });
	});
});

describe("a shard that cannot be reached", () => {
	it("is named by an exact read, with what is known without it", async () => {
		await Faulty.globalStub(env).reset();
		await Faulty.shardStub(env, 0).increment("known", 2);
		await Faulty.shardStub(env, 1).increment("unknown", 3);
		await fail("shard1", true);
		await expect(Faulty.globalStub(env).exact()).rejects.toMatchObject({
			problem: {
				code: "shard-unreachable",
				status: 503,
				extra: { unreachable: ["shard1"], known: { known: 2 } },
			},
		});
		await fail("shard1", false);
	});

	it("is named to who asks it alone", async () => {
		await fail("shard1", true);
		const shard = Faulty.shardStub(env, 1);
		for (const path of ["/counters", "/write"]) {
			const answer = await shard.fetch(path, { method: "POST" });
			expect(answer.status).toBe(503);
			expect(await answer.json()).toMatchObject({
				type: expect.stringContaining("shard-unreachable"),
				unreachable: ["shard1"],
			});
		}
		await fail("shard1", false);
	});

	it("leaves everything as it was when a reset needs it", async () => {
		await Faulty.globalStub(env).reset();
		await Faulty.shardStub(env, 0).increment("kept", 2);
		await Faulty.shardStub(env, 1).increment("kept", 3);
		await fail("shard1", true);
		await expect(Faulty.globalStub(env).reset()).rejects.toMatchObject({
			problem: {
				code: "shard-unreachable",
				detail: expect.stringContaining("shard1"),
			},
		});
		await fail("shard1", false);
		expect((await Faulty.globalStub(env).exact()).counters).toEqual({
			kept: 5,
		});
	});
});

describe("a KV that refuses", () => {
	it("is said by a reset, and tried again by the alarm", async () => {
		const global = Unpublishable.globalStub(env);
		await Unpublishable.shardStub(env, 0).increment("unseen");
		await expect(global.reset()).rejects.toMatchObject({
			problem: { code: "kv-unavailable", status: 503 },
		});
		expect(await global.counters()).toEqual({});
		const stub = env.UNPUBLISHABLE_DO.getByName("global");
		// There is none while one rings.
		const armed = () =>
			eventually(
				() => alarmOf(stub),
				(at) => at !== null,
			);
		expect(await armed()).not.toBeNull();
		await runDurableObjectAlarm(stub);
		expect(await armed()).not.toBeNull();
	});
});

describe("a history with evictions all along", () => {
	it("satisfies the checker", async () => {
		await Metrics.globalStub(env).reset();
		const history: Operation[] = [];
		const moment = () => performance.now() + Math.random() / 1e6;
		const names = ["a", "b"];
		const client = async (id: number) => {
			for (let n = 0; n < 25; n++) {
				const begin = moment();
				if (n % 5 === 4) {
					const { counters } = await Metrics.globalStub(env).exact();
					const values = new Map(
						names.map((name) => [name, counters[name] ?? 0]),
					);
					const end = moment();
					history.push({ kind: "read", level: "exact", values, begin, end });
				} else {
					const entries = [[names[(id + n) % 2] ?? "a", 1 + (n % 3)]] as const;
					const key = `${id}-${n}`;
					const outcome = await Metrics.shardStub(env)
						.increments(Object.fromEntries(entries), n % 2 ? { key } : {})
						.then(
							() => "acknowledged" as const,
							() => "indeterminate" as const,
						);
					history.push({
						kind: "increment",
						entries,
						begin,
						end: moment(),
						outcome,
					});
				}
			}
		};
		const clients = Promise.all(
			Array.from({ length: 8 }, (_, id) => client(id)),
		);
		let over = false;
		void clients.finally(() => {
			over = true;
		});
		for (let n = 0; !over; n++) {
			const name = ["shard0", "shard1", "global"][n % 3] ?? "global";
			await evictDurableObject(env.METRICS_DO.getByName(name)).catch(() => {});
			await scheduler.wait(5);
		}
		await clients;
		const { counters } = await Metrics.globalStub(env).exact();
		const final = new Map(names.map((name) => [name, counters[name] ?? 0]));
		expect(history.length).toBe(200);
		expect(checkHistory(history, { final })).toEqual([]);
	});
});
