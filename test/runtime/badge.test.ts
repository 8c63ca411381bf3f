import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { drawBadge, plain } from "../../templates/runtime/badge/badge.ts";
import { colorOf, inkOn } from "../../templates/runtime/badge/color.ts";
import { widthOf } from "../../templates/runtime/badge/width.ts";
import { documentedWorker } from "./documented.ts";
import { asAdmin, call, eventually, json, post } from "./support.ts";
import { Manual } from "./worker/index.ts";

/** Accept header of an `<img>` in Chromium. */
const IMG = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

const asImage = (path: string, init: RequestInit = {}) =>
	call(path, { ...init, headers: { Accept: IMG, ...init.headers } });

/** The texts that a badge shows, and what it is called. */
async function shown(answer: Response) {
	const svg = await answer.text();
	const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)];
	return {
		texts: texts.map(([, text]) => text),
		title: /<title>(.*)<\/title>/.exec(svg)?.[1],
		width: Number(/ width="(\d+)"/.exec(svg)?.[1]),
		svg,
	};
}

/** Counts, and waits until KV has the total. */
async function publish(name: string, total: number) {
	await post(`/manual/increment/${name}?by=${total}`);
	for (const shard of [0, 1])
		await asAdmin(`/manual/shard/${shard}/write`, "POST");
	await asAdmin("/manual/global/reset/nothing", "POST");
	await eventually(
		() => json<{ value?: number }>(call(`/manual/counters/${name}`)),
		({ value }) => value === total,
	);
}

describe("GET /badge/:counter", () => {
	it("shows a total as published, in groups of digits", async () => {
		await publish("shown", 1_234_567);
		const answer = await call("/manual/badge/shown");
		expect(answer.status).toBe(200);
		expect(Object.fromEntries(answer.headers)).toMatchObject({
			"content-type": "image/svg+xml",
			"cache-control": "no-cache",
			etag: expect.stringMatching(/^"[\w+/=]+"$/),
			"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
			"x-content-type-options": "nosniff",
		});
		const { texts, title, svg } = await shown(answer);
		expect(texts).toEqual(["shown", "1,234,567"]);
		expect(title).toBe("shown: 1,234,567");
		expect(svg).toContain('role="img" aria-label="shown: 1,234,567"');
		expect(svg).not.toMatch(/ id=|<style|<script|href|url\(/);
	});

	it("shows 0 for a counter never counted", async () => {
		const { texts } = await shown(await call("/badge/nobody"));
		expect(texts).toEqual(["nobody", "0"]);
	});

	it("is the same for the same total, and need not be sent again", async () => {
		const [one, two] = [await call("/badge/same"), await call("/badge/same")];
		const tag = one.headers.get("ETag") ?? "";
		expect(two.headers.get("ETag")).toBe(tag);
		expect(await two.text()).toBe(await one.text());
		for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
			const again = await call("/badge/same", {
				headers: { "If-None-Match": known },
			});
			expect([again.status, await again.text()]).toEqual([304, ""]);
			expect(again.headers.get("ETag")).toBe(tag);
			expect(again.headers.get("Cache-Control")).toBe("no-cache");
		}
		const old = { headers: { "If-None-Match": '"other"' } };
		expect((await call("/badge/same", old)).status).toBe(200);
		const labelled = await call("/badge/same?label=x");
		expect(labelled.headers.get("ETag")).not.toBe(tag);
	});

	it("takes a label, a colour and, for shields.io, another format", async () => {
		const query = "label=%E2%98%85%20stars&color=%23F80&utm_source=x";
		const { texts, svg } = await shown(await call(`/badge/look?${query}`));
		expect(texts).toEqual(["★ stars", "0"]);
		expect(svg).toContain('rx="3" fill="#ff8800"');
		const shields = await call(`/badge/look?format=shields&${query}`);
		expect(shields.headers.get("Content-Type")).toBe("application/json");
		expect(shields.headers.get("ETag")).toBeTruthy();
		expect(await shields.json()).toEqual({
			schemaVersion: 1,
			label: "★ stars",
			message: "0",
			color: "ff8800",
		});
		const alone = await shown(await call("/badge/look?label="));
		expect(alone).toMatchObject({ texts: ["0"], title: "0" });
	});

	it.each([
		"color=bleu",
		"color=",
		"color=%22%2F%3E%3Cscript%3E",
		"color=url(%23x)",
		"color=12345",
		"format=png",
		"format=",
		"format=SVG",
	])("refuses ?%s", async (query) => {
		const answer = await call(`/badge/look?${query}`);
		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject({
			type: "urn:problem-type:counter-gen:invalid-badge",
		});
	});

	it("escapes what it shows, and drops what XML cannot hold", async () => {
		const label = `<script>"&'\u0000\u0007\u202e\ufffe\ud800\n a]]>`;
		const query = encodeURIComponent(label.toWellFormed());
		const { texts, svg } = await shown(await call(`/badge/x?label=${query}`));
		expect(texts[0]).toBe("&lt;script&gt;&quot;&amp;'\ufffd a]]&gt;");
		expect(svg).not.toContain("<script");
	});

	it("draws why it refuses where an image is asked for", async () => {
		const name = "x".repeat(257);
		const answer = await asImage(`/badge/${name}?label=a%3Cb`);
		expect(answer.status).toBe(400);
		expect(Object.fromEntries(answer.headers)).toMatchObject({
			"content-type": "image/svg+xml",
			"cache-control": "no-store",
			"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
			"x-content-type-options": "nosniff",
		});
		const { texts, title } = await shown(answer);
		expect(texts).toEqual(["a&lt;b", "invalid-counter-name"]);
		expect(title).toContain("1 to 256 characters");
		const opened = await call(`/badge/${name}`, {
			headers: { Accept: "text/html,image/avif,*/*;q=0.8" },
		});
		expect(opened.headers.get("Content-Type")).toBe("application/problem+json");
	});

	it("answers HEAD with the same headers", async () => {
		const get = await call("/badge/head");
		const head = await call("/badge/head", { method: "HEAD" });
		expect(head.status).toBe(200);
		expect(await head.text()).toBe("");
		expect(head.headers.get("ETag")).toBe(get.headers.get("ETag"));
		expect((await post("/badge/head")).status).toBe(405);
	});
});

describe("GET /hit/:counter", () => {
	it("counts, and shows the total as published with this one", async () => {
		await publish("hits", 41);
		const answer = await asImage("/manual/hit/hits?fbclid=7&utm_id=8");
		expect(answer.status).toBe(200);
		expect(answer.headers.get("Content-Type")).toBe("image/svg+xml");
		expect(answer.headers.get("Cache-Control")).toBe("no-cache");
		expect((await shown(answer)).texts).toEqual(["hits", "42"]);
		expect(
			await json(asAdmin("/manual/counters/hits?read=exact")),
		).toMatchObject({ value: 42 });
	});

	it("stops at the number at which a total stops", async () => {
		const most = Number.MAX_SAFE_INTEGER;
		const flush = async () => {
			for (const shard of [0, 1])
				await asAdmin(`/manual/shard/${shard}/write`, "POST");
		};
		// A shard that holds a single count has no room for the most that there is.
		await flush();
		const imported = await call("/manual/global/import", {
			method: "POST",
			headers: {
				Authorization: "Bearer first-token",
				"Idempotency-Key": "the-most",
			},
			body: JSON.stringify({ most }),
		});
		expect(imported.status).toBe(200);
		await flush();
		await asAdmin("/manual/global/reset/nothing", "POST");
		await eventually(
			() => json<{ value?: number }>(call("/manual/counters/most")),
			({ value }) => value === most,
		);
		const { texts } = await shown(await asImage("/manual/hit/most?by=1000"));
		expect(texts).toEqual(["most", "9,007,199,254,740,991"]);
	});

	it("counts once with a key, whatever the browser already has", async () => {
		const first = await asImage("/manual/hit/keyed?key=visit-1&label=visits");
		expect((await shown(first)).texts).toEqual(["visits", "1"]);
		const again = await asImage("/manual/hit/keyed?key=visit-1&label=visits");
		expect((await shown(again)).texts).toEqual(["visits", "0"]);
		expect(again.headers.get("Idempotent-Replayed")).toBe("true");
		const tag = again.headers.get("ETag") ?? "";
		const known = await asImage("/manual/hit/keyed?by=0&label=visits", {
			headers: { "If-None-Match": tag },
		});
		expect(known.status).toBe(304);
		const exact = "/manual/counters/keyed?read=exact";
		expect(await json(asAdmin(exact))).toMatchObject({ value: 1 });
	});

	it("counts nothing where it cannot answer a badge", async () => {
		expect((await call("/manual/hit/never?color=bleu")).status).toBe(400);
		expect((await call("/manual/hit/never?by=x")).status).toBe(400);
		const early = await asImage("/manual/hit/never", {
			headers: { "Sec-Purpose": "prefetch" },
		});
		expect(early.status).toBe(403);
		expect((await shown(early)).texts).toEqual([
			"never",
			"prefetch-not-counted",
		]);
		const head = await call("/manual/hit/never", { method: "HEAD" });
		expect(head.status).toBe(405);
		expect((await post("/manual/hit/never")).status).toBe(405);
		const exact = await asAdmin("/manual/counters/never?read=exact");
		expect(exact.status).toBe(404);
	});

	it("is counted also while KV does not say what to add it to", async () => {
		class Unread extends Manual {
			static override readonly kvPrefix: string = "unread";
		}
		const KV = { getWithMetadata: () => Promise.reject(new Error("KV fails")) };
		const worker = documentedWorker({ mounts: { "/": Unread } });
		const ask = async (path: string) =>
			worker.fetch(
				new Request(`http://test${path}`, { headers: { Accept: IMG } }),
				{ ...env, KV },
			);
		const hit = await ask("/hit/unread");
		expect(hit.status).toBe(503);
		expect((await shown(hit)).texts).toEqual(["unread", "kv-unavailable"]);
		const exact = "/manual/counters/unread?read=exact";
		expect(await json(asAdmin(exact))).toMatchObject({ value: 1 });
		expect((await ask("/hit/unread?by=x")).status).toBe(400);
		expect((await ask("/badge/unread")).status).toBe(503);
	});

	it("says which key to write where GET does not count", async () => {
		const answer = await call("/votes/hit/yes");
		expect(answer.status).toBe(404);
		expect(await json(answer)).toMatchObject({
			detail: expect.stringContaining("`methods: [GET, POST]`"),
		});
		const image = await asImage("/votes/hit/yes");
		expect(image.status).toBe(404);
		expect((await shown(image)).texts).toEqual(["yes", "not-found"]);
	});
});

describe("a badge", () => {
	it("has room for its texts, however wide they are", () => {
		const width = (label: string) =>
			Number(
				/width="(\d+)"/.exec(
					drawBadge({ label, message: "0", color: "007ec6" }),
				)?.[1],
			);
		expect(width("iiiiiiii")).toBeLessThan(width("wwwwwwww"));
		expect(width("訪問者数訪問者数")).toBeGreaterThan(width("visitors"));
		expect(width("w".repeat(1_000))).toBeGreaterThan(9_000);
		expect(width("\u0301")).toBe(width("\u200d"));
	});

	it.each([
		["0123456789", 69.9, 75],
		["downloads", 57, 66],
		["訪問者数", 44, 48],
		["ผู้เยี่ยมชม", 68, 82],
		["आगंतुक", 38, 52],
		["👩‍👩‍👧‍👧", 15, 66],
		["🇺🇦", 15, 17],
		["e\u0301\u0301\u0301", 6.5, 7],
		["скачивания", 70, 81],
		["ПОСЕЩЕНИЯ", 78, 91],
	])("takes %s to be wide enough, and not much wider", (text, least, most) => {
		expect(widthOf(text)).toBeGreaterThanOrEqual(least);
		expect(widthOf(text)).toBeLessThanOrEqual(most);
	});

	it.each([
		["blue", "007ec6"],
		["BrightGreen", "44cc11"],
		["#abc", "aabbcc"],
		["ABCDEF", "abcdef"],
		["constructor", undefined],
		["ab", undefined],
		["#", undefined],
	])("has %s for a colour: %s", (text, color) => {
		expect(colorOf(text)).toBe(color);
	});

	it("is written in the ink that can be read", () => {
		expect(inkOn("ffffff")).toBe("#000");
		expect(inkOn("ffff00")).toBe("#000");
		expect(inkOn("555555")).toBe("#fff");
		expect(inkOn("007ec6")).toBe("#fff");
	});

	it("keeps a text to one line of what can be drawn", () => {
		expect(plain(" a\t\r\n\u2028b ")).toBe("a b");
		expect(plain("\u0000\u001b\u009f\ud800\uffff\u200f\u2066x\u2069")).toBe(
			"x",
		);
		expect(plain("שלום 👩‍👧 é")).toBe("שלום 👩‍👧 é");
	});
});
