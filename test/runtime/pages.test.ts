import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { asAdmin, call, json } from "./support.ts";
import { Big } from "./worker/index.ts";

const NAMES = 100_000;
const names = Array.from({ length: NAMES }, (_, n) => `name-${n}`);
const sorted = names.toSorted();
const global = Big.globalStub(env);

const LEVELS = ["/big/counters", "/big/counters?read=global"];
const ALL = [...LEVELS, "/big/counters?read=exact", "/big/global/counters"];

/** The keys of pages in KV, the manifest's not included. */
async function pages(): Promise<string[]> {
	const { keys } = await env.KV.list({ prefix: "big~counters~" });
	return keys.map(({ name }) => name);
}

/** A page over HTTP, and the cursor of the next one. */
async function page(
	path: string,
	options: Record<string, string | number>,
): Promise<{ counters: Record<string, number>; cursor: string | null }> {
	const url = new URL(path, "http://test");
	for (const [name, value] of Object.entries(options))
		url.searchParams.set(name, String(value));
	const answer = await asAdmin(`${url.pathname}${url.search}`);
	expect(answer.status).toBe(200);
	return {
		counters: await json(answer),
		cursor: answer.headers.get("Counter-Cursor"),
	};
}

beforeAll(async () => {
	for (let n = 0; n < NAMES; n += 10_000)
		await Big.shardStub(env, (n / 10_000) % 2).increments(
			Object.fromEntries(
				names.slice(n, n + 10_000).map((name) => [name, 1_000_000]),
			),
		);
	await Big.shardStub(env, 0).write();
	await Big.shardStub(env, 1).write();
	await global.write();
});

describe("100,000 counters", () => {
	it("are published in pages, with the list of them under the namespace's key", async () => {
		const { value, metadata } = await env.KV.getWithMetadata<
			{ first: string; key: string }[]
		>("big~counters", "json");
		expect(metadata).toEqual({ asOf: expect.any(Number), isManifest: true });
		expect(value?.map(({ key }) => key).sort()).toEqual((await pages()).sort());
		expect(value?.length).toBeGreaterThanOrEqual(4);
		for (const { first, key } of value ?? []) {
			const text = (await env.KV.get(key)) ?? "";
			expect(text.length).toBeLessThanOrEqual(524_288);
			const [name = ""] = Object.keys(JSON.parse(text));
			expect(first === "" || first === name).toBe(true);
		}
	});

	it("have their highest in the list of pages", async () => {
		await Big.shardStub(env, 0).increments({ "name-5": 7, "name-99999": 9 });
		await Big.shardStub(env, 0).write();
		await global.write();
		const highest = [
			{ counter: "name-99999", value: 1_000_009 },
			{ counter: "name-5", value: 1_000_007 },
			{ counter: "name-0", value: 1_000_000 },
			{ counter: "name-1", value: 1_000_000 },
			{ counter: "name-10", value: 1_000_000 },
		];
		const { asOf } = await json<{ asOf: string }>(call("/big/counters/name-0"));
		expect(await json(call("/big/top"))).toEqual({
			top: highest,
			asOf,
			read: "kv",
		});
		expect(await json(call("/big/top?limit=1"))).toMatchObject({
			top: highest.slice(0, 1),
		});
		await Big.shardStub(env, 0).increments({ "name-5": -7, "name-99999": -9 });
		await Big.shardStub(env, 0).write();
		await global.write();
		expect(await json(call("/big/top?limit=2"))).toMatchObject({
			top: highest.slice(2, 4),
		});
	});

	it("are not answered from a list of before they were kept", async () => {
		const { value, metadata } = await env.KV.getWithMetadata<
			Record<string, unknown>[]
		>("big~counters", "json");
		const without = value?.map(({ top: _, ...page }) => page);
		await env.KV.put("big~counters", JSON.stringify(without), { metadata });
		await scheduler.wait(1_100);
		const answer = await call("/big/top");
		expect(answer.status).toBe(503);
		expect(answer.headers.get("Retry-After")).toBe("5");
		expect(await json(answer)).toMatchObject({
			type: "urn:problem-type:counter-gen:top-not-published",
		});
		await env.KV.put("big~counters", JSON.stringify(value), { metadata });
	});

	it("are all there, whichever way they are read", async () => {
		for (const counters of [
			await Big.kvCounters(env),
			await global.counters(),
			(await global.exact()).counters,
		]) {
			expect(Object.keys(counters)).toHaveLength(NAMES);
			expect(new Set(Object.values(counters))).toEqual(new Set([1_000_000]));
		}
	});

	it.each(ALL)("come in pages from %s", async (path) => {
		const first = await page(path, {});
		expect(Object.keys(first.counters)).toEqual(sorted.slice(0, 10_000));
		let cursor: string | null = null;
		const found: string[] = [];
		do {
			const next: Awaited<ReturnType<typeof page>> = await page(path, {
				limit: 9_999,
				...(cursor !== null && { cursor }),
			});
			found.push(...Object.keys(next.counters));
			({ cursor } = next);
		} while (cursor !== null);
		expect(found).toEqual(sorted);
	});

	it.each(["kv", "global", "exact"])(
		"are read one by one from %s",
		async (read) => {
			for (const name of ["name-0", "name-54321", sorted.at(-1)])
				expect(
					await json(asAdmin(`/big/counters/${name}?read=${read}`)),
				).toMatchObject({ value: 1_000_000, read });
			for (const name of ["name", "name-1e", "zzz"])
				expect(
					(await asAdmin(`/big/counters/${name}?read=${read}`)).status,
				).toBe(404);
		},
	);

	it("appear in an exact page before they are flushed", async () => {
		await Big.shardStub(env, 0).increments({ "name-1!": 5, "name-10": 1 });
		const { counters, cursor } = await page("/big/counters?read=exact", {
			limit: 4,
		});
		expect(counters).toEqual({
			"name-0": 1_000_000,
			"name-1": 1_000_000,
			"name-1!": 5,
			"name-10": 1_000_001,
		});
		const next = await page("/big/counters?read=exact", {
			limit: 1,
			cursor: cursor ?? "",
		});
		expect(next.counters).toEqual({ "name-100": 1_000_000 });
	});

	it("cost one page and the list when one of them changes", async () => {
		await Big.shardStub(env, 0).write();
		await global.write();
		const before = new Set(await pages());
		await Big.shardStub(env, 1).increment("name-77777");
		await Big.shardStub(env, 1).write();
		await global.write();
		const added = (await pages()).filter((key) => !before.has(key));
		expect(added).toHaveLength(1);
		const page = await env.KV.get<Record<string, number>>(
			added[0] ?? "",
			"json",
		);
		expect(page?.["name-77777"]).toBe(1_000_001);
		expect(await json(call("/big/counters/name-77777"))).toMatchObject({
			value: 1_000_001,
		});
	});

	it("cost the global object two rows when a flush brings one of them", async () => {
		const object = env.BIG_DO.getByName("global");
		const cursors: SqlStorageCursor<never>[] = [];
		await runInDurableObject(object, (_, { storage: { sql } }) => {
			const exec = sql.exec.bind(sql);
			sql.exec = (query, ...bindings) => {
				const cursor = exec<never>(query, ...bindings);
				cursors.push(cursor);
				return cursor;
			};
		});
		const shard = Big.shardStub(env, 1);
		await shard.increment("name-1");
		await shard.write();
		cursors.length = 0;
		await shard.increment("name-2");
		await shard.write();
		// The batch, its line in the log.
		expect(cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0)).toBe(
			2,
		);
	});

	it.each(["limit=0", "limit=10001", "limit=ten", "limit=1.5", "cursor=%25"])(
		"are not read with %s",
		async (query) => {
			for (const path of ALL) {
				const answer = await asAdmin(
					`${path}${path.includes("?") ? "&" : "?"}${query}`,
				);
				expect(answer.status).toBe(400);
				const [what = ""] = query.split("=");
				expect(await json(answer)).toMatchObject({
					type: `urn:problem-type:counter-gen:invalid-${what}`,
					detail: expect.stringContaining(what),
				});
			}
		},
	);

	it("are said to be gone where a page is", async () => {
		const key = (await pages()).at(-1) ?? "";
		const text = (await env.KV.get(key)) ?? "";
		await env.KV.delete(key);
		const [name = ""] = Object.keys(JSON.parse(text));
		await global.write();
		const answer = await call(`/big/counters/${encodeURIComponent(name)}`);
		expect(answer.status).toBe(503);
		expect(answer.headers.get("Retry-After")).toBe("5");
		expect(await json(answer)).toMatchObject({
			type: "urn:problem-type:counter-gen:kv-page-gone",
		});
		await env.KV.put(key, text);
		expect((await call(`/big/counters/${name}`)).status).toBe(200);
	});

	it("come to KV under names of any characters, from rows and from what came since", async () => {
		await global.reset();
		const entries = Array.from({ length: 0x10000 }, (_, unit) => unit)
			.filter((unit) => unit < 0xd800 || unit >= 0xe000)
			.map((unit) => [`,"${String.fromCharCode(unit)}":1`, 1] as const);
		const batch = { version: 1, shard: 0, reason: "requestWrite" } as const;
		const object = env.BIG_DO.getByName("global");
		// The second finds too many names in memory: most go to their rows.
		for (const seq of [1, 2])
			await object.apply({ ...batch, epoch: 7, seq, requests: 1, entries });
		await global.write();
		const counters = await Big.kvCounters(env);
		expect(Object.keys(counters).sort()).toEqual(
			entries.map(([name]) => name).sort(),
		);
		expect(new Set(Object.values(counters))).toEqual(new Set([2]));
	});

	it("are one value again once they were reset", async () => {
		await global.reset();
		expect(await env.KV.get("big~counters", "json")).toEqual({});
		expect(await Big.kvCounters(env)).toEqual({});
		await Big.shardStub(env, 0).increment("after");
		await Big.shardStub(env, 0).write();
		await global.write();
		expect(await env.KV.get("big~counters", "json")).toEqual({ after: 1 });
	});
});

it("tells browsers of the cursor", async () => {
	const answer = await call("/big/counters", {
		headers: { Origin: "https://example.com" },
	});
	expect(answer.headers.get("Access-Control-Expose-Headers")).toContain(
		"Counter-Cursor",
	);
});
