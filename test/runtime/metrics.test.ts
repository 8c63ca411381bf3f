import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Access } from "../../templates/runtime/http/access.ts";
import { metricsText } from "../../templates/runtime/http/metrics.ts";
import { documentedWorker } from "./documented.ts";
import { parseMetrics } from "./metrics-text.ts";
import { asAdmin, call } from "./support.ts";
import { Faulty, Few } from "./worker/index.ts";

const object = (name: string) => env.FAULTY_DO.getByName(name);
const app = documentedWorker({
	mounts: { "/faulty": Faulty, "/few": Few },
});

function fail(name: string, failing: boolean): Promise<void> {
	return runInDurableObject(object(name), (faulty) => {
		faulty.failing = failing;
	});
}

async function evictShards(): Promise<void> {
	for (let n = 0; n < 2; n++) {
		// One that does not run cannot be evicted.
		await Faulty.shardStub(env, n).counters();
		await evictDurableObject(object(`shard${n}`));
	}
}

/** The metrics as a scraper gets them. */
async function scrape() {
	const answer = await app.fetch(
		new Request("http://test/-/metrics", {
			headers: { Authorization: "Bearer first-token" },
		}),
		env,
	);
	expect(answer.status).toBe(200);
	const families = parseMetrics(await answer.text());
	const value = (name: string, labels: string) =>
		families.get(`counter_gen_${name}`)?.samples.get(labels);
	return {
		families,
		global: (name: string) => value(name, 'namespace="FAULTY_DO"'),
		shard: (name: string, shard = 0) =>
			value(name, `namespace="FAULTY_DO",shard="${shard}"`),
	};
}

describe("GET /-/metrics", () => {
	it("answers in the text format that Prometheus reads, for no cache", async () => {
		const answer = await asAdmin("/-/metrics");
		expect(answer.status).toBe(200);
		expect(answer.headers.get("Content-Type")).toBe(
			"text/plain; version=0.0.4; charset=utf-8",
		);
		expect(answer.headers.get("Cache-Control")).toBe("no-store");
		const families = parseMetrics(await answer.text());
		for (const [name, { type }] of families) {
			expect(name).toMatch(/^counter_gen_[a-z_]+$/);
			expect([name, name.endsWith("_total")]).toEqual([
				name,
				type === "counter",
			]);
		}
	});

	it("is for the admin token, as long as any namespace asks for it", async () => {
		expect((await call("/-/metrics")).status).toBe(401);
		expect((await asAdmin("/-/metrics", "GET", "wrong")).status).toBe(401);
		const ask = async (...all: Access["admin"][]) => {
			const mounts = all.map((admin, n) => {
				class Guarded extends Few {
					static override readonly access = {
						increment: "public",
						read: "public",
						admin,
					} as const;
				}
				return [`/${n}`, Guarded] as const;
			});
			const worker = documentedWorker({
				mounts: Object.fromEntries(mounts),
			});
			return (await worker.request("/-/metrics", {}, env)).status;
		};
		expect(await ask("none", "token")).toBe(401);
		expect(await ask("token", "none")).toBe(401);
		expect(await ask("none", "none")).toBe(200);
	});

	it("escapes what stands in a label", () => {
		const text = metricsText([{ namespace: 'a"b\\c\nd', health: undefined }]);
		const { samples } = parseMetrics(text).get("counter_gen_up") ?? {};
		expect([...(samples ?? [])]).toEqual([['namespace="a\\"b\\\\c\\nd"', 0]]);
	});
});

describe("metrics", () => {
	const shard = Faulty.shardStub(env, 0);

	beforeEach(async () => {
		await shard.write();
		await Faulty.globalStub(env).write();
	});

	it("tell what shards hold, what they brought, and what KV has", async () => {
		const before = await scrape();
		const since = (name: string, now: number | undefined) =>
			(now ?? 0) - (before.shard(name) ?? 0);
		await shard.increments({ a: 2, b: -3 });
		await shard.increment("a", 5, { key: "once" });
		await Faulty.shardStub(env, 0).increment("a", 5, { key: "once" });
		await evictShards();
		const scraped = await scrape();
		expect(scraped.shard("shard_up")).toBe(1);
		const requests =
			(scraped.shard("pending_requests") ?? 0) +
			(scraped.shard("pending_requests", 1) ?? 0);
		expect(requests).toBe(2);
		expect(scraped.shard("pending_counters")).toBe(2);
		expect(scraped.shard("pending_bytes")).toBeGreaterThan(2);
		expect(scraped.shard("flush_lag_seconds")).toBeGreaterThanOrEqual(0);
		expect(scraped.shard("increment_requests_total") ?? 0).toBe(
			before.shard("increment_requests_total") ?? 0,
		);

		for (let n = 0; n < 2; n++) await Faulty.shardStub(env, n).write();
		const flushed = await scrape();
		expect(flushed.shard("pending_requests")).toBe(0);
		expect(flushed.shard("flush_lag_seconds")).toBe(0);
		expect(since("flushes_total", flushed.shard("flushes_total"))).toBe(1);
		const sum = (name: string, by: typeof before) =>
			(by.shard(name) ?? 0) + (by.shard(name, 1) ?? 0);
		const rise = (name: string) => sum(name, flushed) - sum(name, before);
		expect(rise("increment_requests_total")).toBe(2);
		expect(rise("increments_total")).toBe(10);
		expect(flushed.global("counters")).toBe(2);
		expect(flushed.global("max_counters")).toBe(10_000);
		expect(flushed.global("kv_unpublished_writes")).toBeGreaterThan(0);
		expect(flushed.global("kv_lag_seconds")).toBeGreaterThanOrEqual(0);

		await Faulty.globalStub(env).write();
		const published = await scrape();
		expect(published.global("kv_unpublished_writes")).toBe(0);
		expect(published.global("kv_lag_seconds")).toBe(0);
		expect(published.global("kv_publications_total")).toBe(
			(flushed.global("kv_publications_total") ?? 0) + 1,
		);
	});

	it("say how old the oldest increment is that a shard holds", async () => {
		await shard.increment("a");
		await scheduler.wait(50);
		await shard.increment("a");
		const lag = (await scrape()).shard("flush_lag_seconds");
		expect(lag).toBeGreaterThanOrEqual(0.05);
		await shard.write();
		const unpublished = (await scrape()).global("kv_lag_seconds");
		await scheduler.wait(50);
		const later = (await scrape()).global("kv_lag_seconds") ?? 0;
		expect(later - (unpublished ?? 0)).toBeGreaterThanOrEqual(0.049);
	});

	it("count failures to flush, those in a row too, past evictions", async () => {
		const before = await scrape();
		await shard.increment("a");
		await fail("global", true);
		for (let n = 0; n < 2; n++) await shard.write().catch(() => {});
		await fail("global", false);
		await evictDurableObject(object("shard0"));
		const failed = await scrape();
		const total = (by: typeof before) =>
			by.shard("flush_failures_total") ?? Number.NaN;
		expect(total(failed) - total(before)).toBe(2);
		expect(failed.shard("flush_failures_in_row")).toBe(2);
		await shard.write();
		const recovered = await scrape();
		expect(total(recovered) - total(before)).toBe(2);
		expect(recovered.shard("flush_failures_in_row")).toBe(0);
	});

	it("survive an eviction of every object, and a reset", async () => {
		await shard.increment("a", 4);
		await shard.write();
		await Faulty.globalStub(env).write();
		const before = await scrape();
		await evictShards();
		await evictDurableObject(object("global"));
		const totals = ({ families }: typeof before) =>
			[...families].filter(([name]) => name.endsWith("_total"));
		expect(totals(await scrape())).toEqual(totals(before));
		await Faulty.globalStub(env).reset();
		const after = await scrape();
		expect(after.shard("increments_total")).toBe(
			before.shard("increments_total"),
		);
		expect(after.global("counters")).toBe(0);
	});

	it("answer also if a shard does not, and say which", async () => {
		for (let n = 0; n < 2; n++) await Faulty.shardStub(env, n).increment("a");
		await fail("shard1", true);
		const down = await scrape();
		await fail("shard1", false);
		expect(down.global("up")).toBe(1);
		expect(down.shard("shard_up", 0)).toBe(1);
		expect(down.shard("shard_up", 1)).toBe(0);
		expect(down.shard("flushes_total", 1)).toBeDefined();
		expect(down.shard("pending_requests", 1)).toBeUndefined();
	});

	it("answer also if a global object does not", async () => {
		await fail("global", true);
		const down = await scrape();
		await fail("global", false);
		expect(down.global("up")).toBe(0);
		expect(down.global("counters")).toBeUndefined();
		const up = down.families.get("counter_gen_up")?.samples;
		expect(up?.get('namespace="FEW_DO"')).toBe(1);
	});

	it("ask each shard a few times at the most for 20 who ask at once", async () => {
		const asked = () =>
			runInDurableObject(object("shard0"), ({ asked }) => asked);
		const before = await asked();
		const global = object("global");
		await Promise.all(Array.from({ length: 20 }, () => global.metrics()));
		// Once, if all 20 have come before the shards have answered.
		expect((await asked()) - before).toBeLessThanOrEqual(5);
	});
});
