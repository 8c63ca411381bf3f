import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { dashboard } from "../../templates/runtime/dashboard/feature.ts";
import { documentedWorker } from "./documented.ts";
import { asAdmin, call, json, post } from "./support.ts";
import { Faulty, Manual } from "./worker/index.ts";

/** Most bytes of the page and all that it loads, gzipped. */
const MAX_BYTES = 100 * 1024;

const FILES = ["", "dashboard.js", "dashboard.css", "icon.svg"];

async function gzipped(text: string): Promise<number> {
	const { body } = new Response(text);
	const stream = body?.pipeThrough(new CompressionStream("gzip"));
	return (await new Response(stream).arrayBuffer()).byteLength;
}

describe("the page at /-/", () => {
	it.each([
		["", "text/html"],
		["dashboard.js", "text/javascript"],
		["dashboard.css", "text/css"],
		["icon.svg", "image/svg+xml"],
	])("everyone may load %s, under a strict policy", async (name, type) => {
		const answer = await call(`/-/${name}`);
		expect(answer.status).toBe(200);
		expect(Object.fromEntries(answer.headers)).toMatchObject({
			"content-type": `${type}; charset=utf-8`,
			"cache-control": "no-cache",
			"content-security-policy":
				"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"referrer-policy": "no-referrer",
			"x-content-type-options": "nosniff",
		});
	});

	it("has no script or style of its own, and names no other host", async () => {
		const page = await (await call("/-/")).text();
		expect(page).not.toMatch(
			/<style|style=|<script(?! type="module" src="dashboard.js">)| on\w+=|https?:/,
		);
	});

	it("is less than 100 KiB with all that it loads, gzipped", async () => {
		const texts = FILES.map(async (name) =>
			gzipped(await (await call(`/-/${name}`)).text()),
		);
		const bytes = (await Promise.all(texts)).reduce((a, b) => a + b);
		console.log(`dashboard, gzipped: ${(bytes / 1024).toFixed(1)} KiB`);
		expect(bytes).toBeLessThan(MAX_BYTES);
	});

	it("does not send a script again that a browser has", async () => {
		const etag = (await call("/-/dashboard.js")).headers.get("ETag") ?? "";
		const headers = { "If-None-Match": `W/${etag}` };
		const again = await call("/-/dashboard.js", { headers });
		expect(again.status).toBe(304);
		expect(await again.text()).toBe("");
	});

	it("is not there without the feature", async () => {
		const app = documentedWorker({ mounts: { "/manual": Manual } });
		for (const path of ["/-/", "/-/dashboard.js", "/-/namespaces"]) {
			const answer = await app.fetch(new Request(`http://test${path}`), env);
			expect([path, answer.status]).toEqual([path, 404]);
		}
	});
});

describe("a browser at /", () => {
	const BROWSER =
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
	const at = (path: string, Accept: string, method = "GET") =>
		call(path, { method, headers: { Accept }, redirect: "manual" });

	it("is sent to the page, also where a namespace is mounted there", async () => {
		const answer = await at("/", BROWSER);
		expect(answer.status).toBe(302);
		expect(answer.headers.get("Location")).toBe("-/");
		expect(answer.headers.get("Cache-Control")).toBe("no-store");
		expect(answer.headers.get("Vary")).toContain("Accept");
	});

	it.each([
		["curl", "/", "*/*", "GET"],
		[
			"a program that prefers JSON",
			"/",
			"application/json, text/html;q=0.9",
			"GET",
		],
		["one that takes no page", "/", "text/html;q=0", "GET"],
		["a form that is sent", "/", BROWSER, "POST"],
		["a browser elsewhere", "/nowhere", BROWSER, "GET"],
	])("but not %s", async (_, path, accept, method) => {
		expect((await at(path, accept, method)).status).toBe(404);
	});

	it("finds nothing without the feature", async () => {
		const app = documentedWorker({ mounts: { "/": Manual } });
		const headers = { Accept: BROWSER };
		const answer = await app.fetch(
			new Request("http://test/", { headers }),
			env,
		);
		expect(answer.status).toBe(404);
	});
});

describe("GET /-/namespaces", () => {
	it("lists namespaces with what their YAML says", async () => {
		const all = await json<{ mount: string }[]>(asAdmin("/-/namespaces"));
		expect(all.find(({ mount }) => mount === "/votes")).toMatchObject({
			name: "votes",
			namespace: "VOTES_DO",
			mount: "/votes",
			shardCount: 2,
			shardMinRequestToGlobal: 3,
			shardWriteToGlobalAfter: 0,
			globalMinWritesToKV: 2,
			globalWriteToKVAfter: 0,
			names: ["yes", "no"],
			maxCounters: 10_000,
			increment: { min: -1, max: 1 },
			writeLog: 5,
			live: false,
		});
		expect(all.find(({ mount }) => mount === "/manual")).toMatchObject({
			names: String.raw`[\s\S]`,
		});
	});

	it("answers the health of one", async () => {
		await post("/shrunk/increment/a");
		await env.SHRUNK_DO.getByName("global").refused({ "too-long": 2 });
		expect(await json(asAdmin("/-/namespaces/SHRUNK_DO"))).toMatchObject({
			counters: 1,
			maxCounters: 10_000,
			shards: [
				{ shard: 0, health: { requests: 1 } },
				{ shard: 1 },
				{ shard: 2 },
			],
			refusals: { "too-long": 2 },
			kv: { publications: 0, lag: 0 },
		});
	});

	it("finds no namespace that is none", async () => {
		expect((await asAdmin("/-/namespaces/__proto__")).status).toBe(404);
	});

	it.each(["/-/namespaces", "/-/namespaces/METRICS_DO"])(
		"tells nobody else: %s",
		async (path) => {
			expect((await call(path)).status).toBe(401);
			expect((await asAdmin(path, "GET", "wrong")).status).toBe(401);
		},
	);

	it("says so if the global object does not answer", async () => {
		const app = documentedWorker({
			mounts: { "/faulty": Faulty },
			dashboard: dashboard(),
		});
		await runInDurableObject(env.FAULTY_DO.getByName("global"), (faulty) => {
			faulty.failing = true;
		});
		const headers = { Authorization: "Bearer first-token" };
		const url = "http://test/-/namespaces/FAULTY_DO";
		const answer = await app.fetch(new Request(url, { headers }), env);
		expect(answer.status).toBe(503);
		expect(await answer.json()).toMatchObject({
			type: "urn:problem-type:counter-gen:global-unreachable",
		});
	});
});
